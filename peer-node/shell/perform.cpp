// What the daemon does for each action of the core.
#include "common/shell/logging.hpp"
#include "peer-node/shell/limits.hpp"
#include "peer-node/shell/peer_daemon.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace suara::node_shell {

void PeerDaemon::perform(const node::Dial& action) { network_.dial(action.dial, action.address); }

void PeerDaemon::perform(const node::Send& action) { network_.send(action.connection, action.bytes); }

void PeerDaemon::perform(const node::Close& action) {
  shell::log(Severity::kDebug, fmt::format("closing connection {}: {}", action.connection.value, action.reason));
  network_.close(action.connection);
}

void PeerDaemon::perform(const node::RaiseLineLimit& action) {
  network_.speak_lines(action.connection, action.size_bytes);
}

void PeerDaemon::perform(node::Store& action) { store_->store(action.token, std::move(action.batch)); }

void PeerDaemon::perform(node::Verify& action) {
  const auto all_hold = std::make_shared<bool>(false);
  verifiers_.submit(
      [checks = std::move(action.checks), all_hold] {
        *all_hold = std::all_of(checks.begin(), checks.end(), [](const node::SignatureCheck& check) {
          return verify(check.key, check.digest, check.signature);
        });
      },
      [this, id = action.verify, all_hold] { feed(node::Verified{id, *all_hold}); });
}

void PeerDaemon::perform(const node::Mine& action) {
  if (miner_ && !stopping_) miner_->start(action.job, action.header);
}

void PeerDaemon::perform(const node::StopMining&) {
  if (miner_) miner_->stop();
}

void PeerDaemon::perform(const node::Respond& action) { submissions_.settle(action); }

void PeerDaemon::perform(const node::CommandDone& action) {
  const auto waiting = commands_.extract(action.request);
  if (waiting) waiting.mapped()(action.result);
}

void PeerDaemon::perform(const node::TipMoved& action) {
  if (http_) http_->tip_moved(action);
  const Instant now = shell::Reactor::now().instant;
  if (!node_->synced() && tip_logged_at_ && now < *tip_logged_at_ + kTipLogInterval) return;
  tip_logged_at_ = now;
  const auto severity = console_ ? Severity::kDebug : Severity::kInfo;  // the console says it for people
  shell::log(severity, fmt::format("tip {} at height {}", action.id.hex(), action.height));
  if (console_) console_->tip_moved(action);
}

void PeerDaemon::perform(const Report& action) { shell::log(action); }

void PeerDaemon::perform(const node::Stop&) {
  // What was said last is still on its way to the sockets.
  all_said_ = true;
  end_by_ = shell::Reactor::now().instant + kLastWordsLimit;
  if (network_.connections() == 0) end(shell::ExitCode::kSuccess);
}

}  // namespace suara::node_shell
