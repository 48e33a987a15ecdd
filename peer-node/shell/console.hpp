// The console of a running node: executes typed commands against what the node shows, and prints for people.
// It owns no thread and reads no input; lines come from whoever reads them, on the reactor's thread.
#pragma once

#include "peer-node/api/node_view.hpp"
#include "peer-node/shell/console_command.hpp"
#include "peer-node/shell/console_keys.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace suara::node_shell {

/// What the daemon lends its console.
struct ConsolePorts {
  std::function<api::NodeView()> view;
  /// The answer comes later, once the transaction waits in the mempool or is refused.
  std::function<void(Bytes transaction, std::function<void(const Result<ledger::TransactionId>&)>)> submit;
  std::function<void(std::string_view text)> print;
  std::function<void()> quit;
  std::function<std::uint64_t()> random;
};

class Console {
 public:
  /// `author` signs what `record` puts into the chain.
  Console(ConsolePorts ports, ConsoleKeys keys, PrivateKey author);

  void welcome();
  void line(std::string_view text);
  void tip_moved(const node::TipMoved& tip);

 private:
  void run(const NothingCommand&) {}
  void run(const VoteCommand& command);
  void run(const ShowResultCommand& command);
  void run(const RecordCommand& command);
  void run(const PeersCommand&);
  void run(const ChainCommand&);
  void run(const StatusCommand&);
  void run(const ElectionsCommand&);
  void run(const HelpCommand&);
  void run(const QuitCommand&);

  /// Prints why not when the specification is not known yet.
  bool ready(const api::NodeView& view);
  void submit(const PrivateKey& key, ledger::Statement statement, std::string accepted);

  ConsolePorts ports_;
  ConsoleKeys keys_;
  PrivateKey author_;
};

}  // namespace suara::node_shell
