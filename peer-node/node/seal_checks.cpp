#include "peer-node/node/seal_checks.hpp"

#include "peer-node/chain/rule_error.hpp"
#include "peer-node/node/limits.hpp"
#include "peer-node/node/node_error.hpp"

#include <utility>

namespace suara::node {

Result<void> SealChecks::take(const p2p::Peer& peer, SealedHeaders headers) {
  for (const chain::SealedHeader& header : headers) SUARA_TRY(chain::check_miner(context_.chain->spec(), header));
  auto& waiting = messages_[peer.connection];
  if (waiting.size() >= kMaxHeaderMessagesPerPeer) return Error(NodeError::kTooManyHeaders);
  auto checks = checks_of(headers);
  waiting.push_back({std::move(headers), std::move(checks)});
  if (waiting.size() == 1) turns_.push_back(peer.connection);
  start_next();
  return {};
}

void SealChecks::remove_peer(ConnectionId peer) {
  messages_.erase(peer);
  std::erase(turns_, peer);
}

std::vector<SignatureCheck> SealChecks::checks_of(const SealedHeaders& headers) const {
  std::vector<SignatureCheck> checks;
  for (const chain::SealedHeader& header : headers) {
    const chain::BlockId id = chain::block_id(header.header);
    if (context_.chain->seal(context_.overlay, id) == header.seal) continue;
    checks.push_back({header.seal->miner, chain::seal_digest(context_.network, id), header.seal->signature});
  }
  return checks;
}

void SealChecks::start_next() {
  while (!turns_.empty()) {
    const ConnectionId connection = turns_.front();
    auto& checks = messages_.at(connection).front().checks;
    if (checks_under_way_ + checks.size() > kMaxSealChecks) return;
    turns_.pop_front();
    const std::size_t count = checks.size();
    checks_under_way_ += count;
    context_.verification.request(
        std::exchange(checks, {}), [this, connection, count](bool all_hold) { answered(connection, count, all_hold); },
        context_.out);
  }
}

void SealChecks::answered(ConnectionId connection, std::size_t checks, bool all_hold) {
  checks_under_way_ -= checks;
  if (const auto found = messages_.find(connection); found != messages_.end()) {
    const SealedHeaders headers = std::move(found->second.front().headers);
    found->second.pop_front();
    if (found->second.empty()) {
      messages_.erase(found);
    } else {
      turns_.push_back(connection);
    }
    if (p2p::Peer* peer = context_.peers.find_ready(connection)) {
      if (all_hold) {
        checked_(*peer, headers);
      } else {
        context_.drop(*peer, Error(chain::RuleError::kBadSeal));
      }
    }
  }
  start_next();
}

}  // namespace suara::node
