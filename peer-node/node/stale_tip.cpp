#include "peer-node/node/stale_tip.hpp"

#include "peer-node/node/limits.hpp"

#include <algorithm>
#include <utility>

namespace suara::node {
namespace {

bool counts(const p2p::Peer& peer) { return !peer.inbound() && !peer.is_static && peer.ready && !peer.closing; }

}  // namespace

Instant StaleTip::due() const {
  const Instant::duration patience = kStaleTipIntervals * Instant::duration(context_.chain->spec().block_interval);
  if (!tried_at_) return sync_.moved_at() + patience;
  return *tried_at_ + patience * (1 << std::min(tries_, kMaxStaleTipDoublings));
}

bool StaleTip::stands_still() const {
  return context_.peers.ready() > 0 && sync_.others_report_more() && (!tried_at_ || sync_.moved_at() <= *tried_at_);
}

void StaleTip::drive() {
  if (context_.chain == nullptr || context_.stopping) return;
  if (stands_still()) {
    if (due() <= context_.now.instant) try_others();
    return;
  }
  if (std::exchange(tried_at_, std::nullopt)) finding_.allow_outbound(context_.options.max_outbound);
  if (proven_outbound() > context_.options.max_outbound) part_with_least_useful();
}

std::optional<Instant> StaleTip::deadline() const {
  if (context_.chain == nullptr || context_.stopping || !stands_still()) return std::nullopt;
  return due();
}

void StaleTip::try_others() {
  if (!tried_at_) {
    tries_ = 0;
    const auto stood = std::chrono::duration_cast<std::chrono::seconds>(context_.now.instant - sync_.moved_at());
    context_.out.report(Severity::kWarning, "no block for " + std::to_string(stood.count()) +
                                                " s while peers report more work: trying others");
  } else if (proven_outbound() > context_.options.max_outbound) {
    part_with_least_useful();
  }
  ++tries_;
  tried_at_ = context_.now.instant;
  finding_.allow_outbound(context_.options.max_outbound + 1);
}

std::size_t StaleTip::proven_outbound() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(context_.peers.all(), [](const auto& entry) { return counts(entry.second); }));
}

// Whose last block is the oldest; of those without any the one that has had the longest time to send one.
void StaleTip::part_with_least_useful() {
  p2p::Peer* least = nullptr;
  const auto rank = [](const p2p::Peer& peer) {
    return std::pair(peer.last_block_at.value_or(Instant::min()), peer.connected_at);
  };
  for (auto& [connection, peer] : context_.peers.all()) {
    if (!counts(peer) || sync_.hears(connection)) continue;
    if (least == nullptr || rank(peer) < rank(*least)) least = &peer;
  }
  if (least == nullptr) return;
  finding_.leave_alone(*least);
  context_.part(*least, "another peer takes this place");
}

}  // namespace suara::node
