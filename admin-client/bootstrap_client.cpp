#include "admin-client/bootstrap_client.hpp"

#include "admin-client/commands.hpp"
#include "common/client/failure.hpp"
#include "common/client/output.hpp"
#include "common/shell/line_network.hpp"
#include "common/wire/limits.hpp"
#include "peer-node/chain/chain_spec.hpp"

#include <optional>

namespace suara::admin {

using client::Exit;
using client::Failure;

std::vector<wire::Address> bootstrap_servers(const client::Invocation& invocation) {
  auto names = invocation.all("bootstrap");
  if (names.empty()) names.emplace_back(kDefaultBootstrap);
  std::vector<wire::Address> servers;
  for (const auto& name : names) {
    const auto address = wire::parse_address(name);
    if (!address) throw client::usage_error("--bootstrap: " + address.error().message());
    servers.push_back(*address);
  }
  return servers;
}

std::string network_name(const client::Invocation& invocation) {
  const auto name = invocation.find("network");
  if (!name || name->empty()) return {};
  if (*name == "dev") return chain::network_id(chain::dev_chain_spec()).hex();
  const auto id = NetworkId::from_hex(*name);
  if (!id)
    throw client::usage_error("--network takes an id of 64 hexadecimal digits or \"dev\", not \"" + *name + "\"");
  return id->hex();
}

wire::Address address_word(const client::Invocation& invocation) {
  const auto& word = invocation.words().front();
  const auto address = wire::parse_address(word);
  if (!address) throw client::usage_error(address.error().message());
  return *address;
}

namespace {

Failure no_answer(const wire::Address& server, const Error& reason) {
  return {Exit::kUnavailable, std::string(reason.name()),
          "the bootstrap server " + server.text() + " does not answer (" + reason.message() + ")"};
}

/// The line that came back, or why none did.
Result<std::string> one_line(const wire::Address& server, const std::string& line) {
  shell::Reactor reactor;
  std::optional<Result<std::string>> outcome;
  shell::LineNetwork* network = nullptr;
  const auto finish = [&](Result<std::string> result) {
    if (!outcome) outcome = std::move(result);
    reactor.stop();
  };
  shell::LineNetworkOptions options;
  options.max_line_size_bytes = wire::kMaxBootstrapReplySizeBytes;
  options.first_line = std::chrono::seconds(10);
  shell::LineNetworkHandlers handlers;
  handlers.on_open = [&](const shell::OpenedConnection& opened) {
    network->send(opened.connection, std::make_shared<const std::string>(line));
  };
  handlers.on_dial_failed = [&](DialId, const Error& error) { finish(error); };
  handlers.on_line = [&](ConnectionId, std::string_view reply) { finish(std::string(reply)); };
  handlers.on_bad_line = [&](ConnectionId, const Error& error) { finish(error); };
  handlers.on_closed = [&](ConnectionId, const Error& reason) { finish(reason); };
  shell::LineNetwork line_network(reactor, options, std::move(handlers));
  network = &line_network;
  reactor.post([&] { line_network.dial(DialId{1}, server); });
  reactor.run();
  return *outcome;
}

}  // namespace

wire::BootstrapReply ask(const wire::Address& server, const wire::BootstrapRequest& request) {
  const auto line = one_line(server, wire::encode(request));
  if (!line) throw no_answer(server, line.error());
  auto reply = wire::decode_bootstrap_reply(*line);
  if (!reply) throw no_answer(server, reply.error());
  if (const auto* error = std::get_if<wire::ErrorReply>(&*reply))
    throw Failure(Exit::kRefused, client::printable(error->code), client::printable(error->message));
  return std::move(*reply);
}

}  // namespace suara::admin
