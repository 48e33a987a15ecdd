// The node's daemon: feeds its core with what happens on sockets, disk and threads, and carries out what the core
// decides. It decides nothing about the chain. Everything runs on the reactor's thread.
#pragma once

#include "common/shell/exit_code.hpp"
#include "common/shell/line_network.hpp"
#include "common/shell/loop_lag.hpp"
#include "common/shell/reactor.hpp"
#include "common/shell/rocks_store.hpp"
#include "common/shell/store_meter.hpp"
#include "common/shell/system_rng.hpp"
#include "common/shell/worker_pool.hpp"
#include "peer-node/node/node.hpp"
#include "peer-node/shell/console.hpp"
#include "peer-node/shell/http_api.hpp"
#include "peer-node/shell/line_input.hpp"
#include "peer-node/shell/miner.hpp"
#include "peer-node/shell/node_options.hpp"
#include "peer-node/shell/submissions.hpp"

#include <memory>
#include <optional>
#include <unordered_map>

namespace suara::node_shell {

class PeerDaemon {
 public:
  /// Listens, opens the data folder, makes the core. Throws shell::StartUpFailure. `on_ended` is called when nothing is
  /// left to do, after a request to stop or because the database failed.
  PeerDaemon(shell::Reactor& reactor, NodeOptions options, std::function<void(shell::ExitCode)> on_ended);
  ~PeerDaemon();
  PeerDaemon(const PeerDaemon&) = delete;
  PeerDaemon& operator=(const PeerDaemon&) = delete;

  /// First event of the core.
  void start();
  /// Deregisters, says bye, ends within kShutdownLimit; asked a second time it ends at once.
  void request_stop();

  [[nodiscard]] api::NodeView view();
  /// The page of /metrics.
  [[nodiscard]] std::string metrics();
  /// Errors: node::NodeError.
  Result<void> submit(std::vector<Bytes> transactions, Submissions::AllAnswers answer);

  /// What comes of it is told by `answer`, which is called once, unless the daemon ends before.
  void command(wire::NodeCommand command, CommandAnswer answer);

  [[nodiscard]] wire::Address listening() const { return listening_; }
  [[nodiscard]] std::uint16_t http_port() const { return http_port_; }

 private:
  void listen();
  void open_store();
  void open_node();
  void start_console();
  void log_started();

  shell::LineNetworkHandlers network_handlers();
  void feed(node::Event event);
  void arm_timer();
  void timer_passed();
  void end(shell::ExitCode code);

  void perform(const node::Dial& action);
  void perform(const node::Send& action);
  void perform(const node::Close& action);
  void perform(const node::RaiseLineLimit& action);
  void perform(node::Store& action);
  void perform(node::Verify& action);
  void perform(const node::Mine& action);
  void perform(const node::StopMining& action);
  void perform(const node::Respond& action);
  void perform(const node::CommandDone& action);
  void perform(const node::TipMoved& action);
  void perform(const Report& action);
  void perform(const node::Stop& action);

  shell::Reactor& reactor_;
  NodeOptions options_;
  std::function<void(shell::ExitCode)> on_ended_;
  api::Facts facts_;
  shell::StoreMeter store_meter_;
  shell::LoopLag loop_lag_;
  wire::Address listening_;
  std::uint16_t http_port_ = 0;
  shell::SystemRng rng_;

  // Destroyed from the bottom up: whoever calls into the core goes before it, the store last.
  std::unique_ptr<shell::RocksStore> store_;
  std::unique_ptr<node::Node> node_;
  Submissions submissions_;
  std::uint64_t last_command_ = 0;
  std::unordered_map<node::RequestId, CommandAnswer> commands_;  // whose answer is awaited
  shell::LineNetwork network_;
  std::unique_ptr<HttpApi> http_;
  shell::WorkerPool verifiers_;
  std::unique_ptr<Miner> miner_;
  std::unique_ptr<Console> console_;
  std::unique_ptr<LineInput> input_;

  bool stopping_ = false;
  bool all_said_ = false;  ///< the core has nothing more to say
  bool ended_ = false;
  std::optional<Instant> end_by_;  // while stopping
  std::optional<Instant> tip_logged_at_;
};

}  // namespace suara::node_shell
