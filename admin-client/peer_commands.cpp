// register and remove: what changes the directory, at every server.
#include "admin-client/bootstrap_client.hpp"
#include "admin-client/commands.hpp"
#include "admin-client/networks.hpp"
#include "admin-client/signing.hpp"
#include "common/client/output.hpp"
#include "common/wire/request_signing.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <functional>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::Exit;
using client::Invocation;

/// Asks every server; where the row has seen a later sequence than this machine's clock, once more with a greater one.
template <class Request>
std::vector<BootstrapClient::Answer> ask_signed(BootstrapClient& client, Request request, const Signer& signer) {
  if (!signer.key) return client.ask_all(request);
  wire::sign(request, *signer.key, sequence_now());
  auto answers = client.ask_all(request);
  std::vector<BootstrapClient::Request> again(answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto* error = *answers[i] ? std::get_if<wire::ErrorReply>(&**answers[i]) : nullptr;
    if (error == nullptr || !error->sequence || *error->sequence == UINT64_MAX) continue;
    wire::sign(request, *signer.key, *error->sequence + 1);
    again[i] = request;
  }
  auto second = client.ask(again);
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (second[i]) answers[i] = std::move(second[i]);
  return answers;
}

/// Asks every server and shows each answer in turn; one that fails does not keep the others from it. The exit code is
/// the first failure's.
template <class Reply, class Request>
Exit at_each(const Invocation& invocation, const Request& request,
             const std::function<void(const wire::Address&, const Reply&)>& show) {
  const auto signer = signer_of(invocation);
  BootstrapClient client(bootstrap_servers(invocation));
  const auto answers = ask_signed(client, request, signer);
  auto outcome = Exit::kOk;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto& server = client.servers()[i];
    const auto* reply = *answers[i] ? std::get_if<Reply>(&**answers[i]) : nullptr;
    if (reply != nullptr) {
      show(server, *reply);
      continue;
    }
    const auto failure = failure_of(server, *answers[i], signer.by);
    if (answers.size() == 1) throw failure;
    report_failure_at(server, failure, invocation.json());
    if (outcome == Exit::kOk) outcome = failure.exit();
  }
  return outcome;
}

}  // namespace

Exit register_peer(const Invocation& invocation) {
  wire::Register request;
  request.address = address_word(invocation);
  request.network = network_option(invocation).value_or("");
  return at_each<wire::Registered>(invocation, request, [&](const auto& server, const auto& reply) {
    if (invocation.json()) {
      return client::print_json(json::object{{"server", server.text()},
                                             {"address", reply.address.text()},
                                             {"refreshed", reply.refreshed},
                                             {"ttl_seconds", reply.ttl_seconds},
                                             {"state", wire::text_of(reply.state)},
                                             {"observed", reply.observed},
                                             {"revision", reply.revision}});
    }
    client::print(fmt::format("{} {} at {}: {}, listed for {} s unless registered again\n", reply.address.text(),
                              reply.refreshed ? "refreshed" : "registered", server.text(), wire::text_of(reply.state),
                              reply.ttl_seconds));
  });
}

Exit remove_peer(const Invocation& invocation) {
  wire::Remove request;
  request.address = address_word(invocation);
  request.network = network_option(invocation).value_or("");
  return at_each<wire::Removed>(invocation, request, [&](const auto& server, const auto& reply) {
    if (invocation.json()) {
      return client::print_json(
          json::object{{"server", server.text()}, {"address", reply.address.text()}, {"revision", reply.revision}});
    }
    client::print(fmt::format("{} removed at {}\n", reply.address.text(), server.text()));
  });
}

}  // namespace suara::admin
