#include "admin-client/bootstrap_client.hpp"

#include "admin-client/commands.hpp"
#include "common/client/output.hpp"
#include "common/shell/line_network.hpp"
#include "common/util/check.hpp"
#include "common/wire/limits.hpp"

#include <boost/json/object.hpp>

#include <algorithm>

namespace suara::admin {

using client::Exit;

std::vector<wire::Address> bootstrap_servers(const client::Invocation& invocation) {
  auto names = invocation.all("bootstrap");
  if (names.empty()) names.emplace_back(kDefaultBootstrap);
  std::vector<wire::Address> servers;
  for (const auto& name : names) {
    const auto address = wire::parse_address(name);
    if (!address) throw client::usage_error("--bootstrap: " + address.error().message());
    if (std::find(servers.begin(), servers.end(), *address) == servers.end()) servers.push_back(*address);
  }
  if (servers.size() > kMaxServers)
    throw client::usage_error("at most " + std::to_string(kMaxServers) + " servers are asked at once");
  return servers;
}

struct BootstrapClient::State {
  struct Server {
    std::optional<ConnectionId> connection;
    bool kept = false;  // opened for an earlier question
    std::shared_ptr<const std::string> line;
    Answer answer;
  };

  std::vector<wire::Address> addresses;
  std::vector<Server> servers;
  std::size_t waiting_for = 0;
  shell::Reactor reactor;
  shell::LineNetwork network;

  explicit State(std::vector<wire::Address> named)
      : addresses(std::move(named)), servers(addresses.size()), network(reactor, options(), handlers()) {}

  static shell::LineNetworkOptions options() {
    shell::LineNetworkOptions options;
    options.max_line_size_bytes = wire::kMaxBootstrapReplySizeBytes;
    options.first_line = std::chrono::minutes(1);  // the deadline of the question comes first
    return options;
  }

  shell::LineNetworkHandlers handlers() {
    shell::LineNetworkHandlers handlers;
    handlers.on_open = [this](const shell::OpenedConnection& opened) {
      auto& server = servers[opened.dial.value];
      server.connection = opened.connection;
      if (server.line) network.send(opened.connection, server.line);
    };
    handlers.on_dial_failed = [this](DialId dial, const Error& error) { answer(servers[dial.value], error); };
    handlers.on_line = [this](ConnectionId connection, std::string_view line) {
      if (auto* server = find(connection)) answer(*server, wire::decode_bootstrap_reply(line));
    };
    handlers.on_bad_line = [this](ConnectionId connection, const Error& error) {
      if (auto* server = find(connection)) answer(*server, error);
      network.close(connection);
    };
    handlers.on_closed = [this](ConnectionId connection, const Error& reason) {
      auto* server = find(connection);
      if (server == nullptr) return;
      server->connection.reset();
      if (!server->line) return;
      if (!server->kept) return answer(*server, reason);
      dial(*server);
    };
    return handlers;
  }

  Server* find(ConnectionId connection) {
    const auto found = std::find_if(servers.begin(), servers.end(), [&](const auto& server) {
      return server.connection && *server.connection == connection;
    });
    return found == servers.end() ? nullptr : &*found;
  }

  void dial(Server& server) {
    server.kept = false;
    const auto number = static_cast<std::size_t>(&server - servers.data());
    network.dial(DialId{number}, addresses[number]);
  }

  void answer(Server& server, Result<wire::BootstrapReply> reply) {
    if (!server.line) return;  // not asked, or too late
    server.line.reset();
    server.answer = std::move(reply);
    if (--waiting_for == 0) reactor.stop();
  }

  void start(Server& server, const wire::BootstrapRequest& request) {
    server.line = std::make_shared<const std::string>(wire::encode(request));
    if (!server.connection) return dial(server);
    server.kept = true;
    network.send(*server.connection, server.line);
  }

  void give_up() {
    for (auto& server : servers) {
      if (!server.line) continue;
      if (server.connection) network.close(*server.connection);
      server.connection.reset();  // an answer that comes too late is nobody's
      answer(server, Error(shell::NetworkError::kFirstLineTimeout));
    }
  }
};

BootstrapClient::BootstrapClient(std::vector<wire::Address> servers)
    : state_(std::make_unique<State>(std::move(servers))) {}
BootstrapClient::~BootstrapClient() = default;

const std::vector<wire::Address>& BootstrapClient::servers() const { return state_->addresses; }

std::vector<BootstrapClient::Answer> BootstrapClient::ask(const std::vector<Request>& requests,
                                                          std::chrono::milliseconds deadline) {
  auto& servers = state_->servers;
  CHECK(requests.size() == servers.size());
  state_->waiting_for =
      static_cast<std::size_t>(std::count_if(requests.begin(), requests.end(), [](const auto& r) { return !!r; }));
  if (state_->waiting_for > 0) {
    state_->reactor.post([this, &requests] {
      for (std::size_t i = 0; i < requests.size(); ++i)
        if (requests[i]) state_->start(state_->servers[i], *requests[i]);
    });
    state_->reactor.set_deadline(shell::Reactor::now().instant + deadline, [this] { state_->give_up(); });
    state_->reactor.run();
    state_->reactor.set_deadline(std::nullopt, nullptr);
  }
  std::vector<Answer> answers;
  for (auto& server : servers) answers.push_back(std::exchange(server.answer, std::nullopt));
  return answers;
}

std::vector<BootstrapClient::Answer> BootstrapClient::ask_all(const wire::BootstrapRequest& request,
                                                              std::chrono::milliseconds deadline) {
  return ask(std::vector<Request>(servers().size(), request), deadline);
}

client::Failure failure_of(const wire::Address& server, const Result<wire::BootstrapReply>& answer,
                           SignedBy signed_by) {
  if (!answer) {
    return {Exit::kUnavailable, std::string(answer.error().name()),
            "the bootstrap server " + server.text() + " does not answer (" + answer.error().message() + ")"};
  }
  if (const auto* error = std::get_if<wire::ErrorReply>(&*answer)) {
    return {Exit::kRefused, client::printable(error->code), client::printable(refusal_text(*error, signed_by))};
  }
  return {Exit::kUnavailable, "bad_answer", server.text() + " answered something else than what was asked"};
}

void report_failure_at(const wire::Address& server, const client::Failure& failure, bool json) {
  const std::string what = failure.what();
  if (json) {
    client::print_json(
        boost::json::object{{"server", server.text()}, {"error", {{"code", failure.code()}, {"message", what}}}});
  }
  const bool refused = failure.exit() == Exit::kRefused;
  client::say("admin-client: " + (refused ? "refused by " + server.text() + " (" + failure.code() + "): " : "") + what,
              Severity::kError);
}

}  // namespace suara::admin
