// The node's HTTP interface on its server: asks the pure routes, and carries submissions and streams between them and
// the core.
#pragma once

#include "common/shell/http_server.hpp"
#include "peer-node/api/message.hpp"
#include "peer-node/api/node_view.hpp"
#include "peer-node/api/tree_cache.hpp"
#include "peer-node/node/actions.hpp"
#include "peer-node/shell/event_streams.hpp"
#include "peer-node/shell/submissions.hpp"

#include <functional>
#include <optional>

namespace suara::node_shell {

using CommandAnswer = std::function<void(const Result<node::CommandOutcome>&)>;

/// What the daemon lends its HTTP interface.
struct HttpPorts {
  std::function<api::NodeView()> view;
  std::function<std::string()> metrics;
  /// None until the chain is known.
  std::function<std::optional<chain::ChainPoint>()> stored_tip;
  /// Hands transactions to the core; `answer` comes with one result each. Errors of the whole: busy, shutting down.
  std::function<Result<void>(std::vector<Bytes> transactions, Submissions::AllAnswers answer)> submit;
  /// Hands a command to the core; `answer` comes with what came of it, at once or later.
  std::function<void(wire::NodeCommand command, CommandAnswer answer)> command;
};

class HttpApi {
 public:
  HttpApi(shell::Reactor& reactor, HttpPorts ports);

  /// Returns the port bound.
  Result<std::uint16_t> listen(const wire::Address& address) { return server_.listen(address); }
  void tip_moved(const node::TipMoved& tip);
  void shut_down();

 private:
  void handle(shell::HttpRequest request, const shell::Respond& respond);
  void submit(api::Submission submission, const shell::Respond& respond);
  void command(wire::NodeCommand command, const shell::Respond& respond);
  void subscribe(const shell::Respond& respond);

  HttpPorts ports_;
  api::TreeCache trees_;
  EventStreams streams_;
  shell::HttpServer server_;
};

}  // namespace suara::node_shell
