// The daemon's life: start, events in, timer, stop. What each action does is in perform.cpp, the start in start_up.cpp.
#include "peer-node/shell/peer_daemon.hpp"

#include "common/shell/logging.hpp"
#include "common/shell/service_manager.hpp"
#include "peer-node/node/node_error.hpp"
#include "peer-node/p2p/limits.hpp"
#include "peer-node/shell/limits.hpp"
#include "peer-node/shell/metrics_page.hpp"

#include <algorithm>

namespace suara::node_shell {
namespace {

unsigned verify_threads() { return std::clamp(std::thread::hardware_concurrency(), 1U, kMaxVerifyThreads); }

shell::LineNetworkOptions network_options() {
  shell::LineNetworkOptions options;
  options.max_send_queue_bytes = p2p::kMaxSendQueueSizeBytes;
  // Until a hello says otherwise it may be a classic client, who leaves the newline out or ends its side at once.
  options.framing = wire::LineFramer::Mode::kLineOrObject;
  options.half_close = std::chrono::seconds(5);
  return options;
}

}  // namespace

PeerDaemon::PeerDaemon(shell::Reactor& reactor, NodeOptions options, std::function<void(shell::ExitCode)> on_ended)
    : reactor_(reactor),
      options_(std::move(options)),
      on_ended_(std::move(on_ended)),
      loop_lag_(reactor),
      network_(reactor, network_options(), network_handlers()),
      verifiers_(reactor, verify_threads()) {
  listen();
  open_store();
  open_node();
}

PeerDaemon::~PeerDaemon() = default;

void PeerDaemon::start() {
  if (options_.mining != node::MiningMode::kOff) {
    MinerHandlers handlers;
    handlers.on_found = [this](node::MiningJobId job, std::uint64_t nonce) {
      reactor_.post([this, job, nonce] { feed(node::Mined{job, nonce}); });
    };
    handlers.on_exhausted = [this](node::MiningJobId job) {
      reactor_.post([this, job] { feed(node::NoncesExhausted{job}); });
    };
    miner_ = std::make_unique<Miner>(options_.mining_threads, mining::NonceRange{rng_.next(), UINT64_MAX},
                                     std::move(handlers));
  }
  log_started();
  feed(node::Started{});
  if (node_->chain() == nullptr || chain::stored_tip(*store_)) start_console();
}

void PeerDaemon::request_stop() {
  if (stopping_) return end(shell::ExitCode::kSuccess);
  stopping_ = true;
  shell::notify_stopping();
  shell::log(Severity::kInfo, "shutting down; once more to end at once");
  end_by_ = shell::Reactor::now().instant + kShutdownLimit;
  if (miner_) miner_->stop();
  feed(node::ShutdownRequested{});
}

shell::LineNetworkHandlers PeerDaemon::network_handlers() {
  shell::LineNetworkHandlers handlers;
  handlers.on_open = [this](const shell::OpenedConnection& opened) {
    if (opened.direction == shell::Direction::kInbound) {
      feed(node::Accepted{opened.connection, opened.remote_host, opened.remote_port});
    } else {
      feed(node::Dialed{opened.dial, opened.connection, opened.remote_host});
    }
  };
  handlers.on_dial_failed = [this](DialId dial, const Error& error) { feed(node::DialFailed{dial, error}); };
  handlers.on_line = [this](ConnectionId connection, std::string_view line) {
    feed(node::LineReceived{connection, line});
  };
  handlers.on_bad_line = [this](ConnectionId connection, const Error& error) {
    feed(node::BadLine{connection, error});
  };
  handlers.on_closed = [this](ConnectionId connection, const Error& reason) {
    feed(node::Disconnected{connection, reason});
    if (all_said_ && network_.connections() == 0) end(shell::ExitCode::kSuccess);
  };
  return handlers;
}

void PeerDaemon::feed(node::Event event) {
  if (ended_) return;
  std::vector<node::Action> actions = node_->handle(std::move(event), shell::Reactor::now());
  for (node::Action& action : actions) {
    std::visit([this](auto& each) { perform(each); }, action);
  }
  arm_timer();
}

void PeerDaemon::arm_timer() {
  if (ended_) return;
  std::optional<Instant> deadline = node_->next_deadline();
  if (end_by_) deadline = deadline ? std::min(*deadline, *end_by_) : *end_by_;
  reactor_.set_deadline(deadline, [this] { timer_passed(); });
}

void PeerDaemon::timer_passed() {
  if (end_by_ && shell::Reactor::now().instant >= *end_by_) return end(shell::ExitCode::kSuccess);
  feed(node::Tick{});
}

void PeerDaemon::end(shell::ExitCode code) {
  if (ended_) return;
  ended_ = true;
  reactor_.set_deadline(std::nullopt, {});
  if (miner_) miner_->stop();
  if (http_) http_->shut_down();
  network_.shut_down();
  on_ended_(code);
}

api::NodeView PeerDaemon::view() {
  if (miner_) facts_.hashes_per_second = miner_->hashes_per_second();
  const Now now = shell::Reactor::now();
  api::NodeView view{.mempool = node_->mempool(),
                     .ahead = &node_->view(),
                     .tip = {},
                     .peers = node_->peers(),
                     .bootstrap = node_->bootstrap(),
                     .bans = [this, now] { return node_->bans(now.wall); },
                     .alarms = node_->meter().alarms,
                     .clock_offset = node_->clock_offset(now),
                     .synced = node_->synced(),
                     .progress = node_->progress(),
                     .why_refused = [this](const ledger::TransactionId& id) { return node_->why_refused(id); },
                     .facts = &facts_,
                     .now = now,
                     .snapshot = store_->snapshot()};
  view.store = view.snapshot.get();
  if (const auto tip = chain::stored_tip(*view.store)) {
    view.chain = node_->chain();
    view.tip = *tip;
  }
  return view;
}

std::string PeerDaemon::metrics() {
  return metrics_page({.node = *node_,
                       .tip = chain::stored_tip(*store_),
                       .network = network_.counters(),
                       .connections = network_.connections(),
                       .send_queue_bytes = network_.queued_bytes(),
                       .store = store_meter_,
                       .loop_lag = loop_lag_.histogram(),
                       .hashes = miner_ ? miner_->hashes() : 0,
                       .hashes_per_second = miner_ ? miner_->hashes_per_second() : 0,
                       .data_folder = options_.data_folder,
                       .now = shell::Reactor::now()});
}

Result<void> PeerDaemon::submit(std::vector<Bytes> transactions, Submissions::AllAnswers answer) {
  if (stopping_ || ended_) return Error(node::NodeError::kShuttingDown);
  if (node_->chain() == nullptr) return Error(node::NodeError::kNoSpecification);
  if (!submissions_.room_for(transactions.size())) return Error(node::NodeError::kBusy);
  const auto ids = submissions_.expect_all(transactions.size(), std::move(answer));
  for (std::size_t i = 0; i < ids.size(); ++i) feed(node::Submit{ids[i], std::move(transactions[i])});
  return {};
}

void PeerDaemon::command(wire::NodeCommand command, CommandAnswer answer) {
  if (stopping_ || ended_) return answer(Error(node::NodeError::kShuttingDown));
  if (commands_.size() >= kMaxCommandsInFlight) return answer(Error(node::NodeError::kBusy));
  const node::RequestId request{++last_command_};
  commands_.emplace(request, std::move(answer));
  feed(node::AdminCommand{request, std::move(command)});
}

}  // namespace suara::node_shell
