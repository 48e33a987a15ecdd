#include "peer-node/node/extra_peer.hpp"

#include "peer-node/node/limits.hpp"

#include <algorithm>
#include <utility>

namespace suara::node {
namespace {

bool counts(const p2p::Peer& peer) { return !peer.inbound() && !peer.is_static && peer.ready && !peer.closing; }

}  // namespace

void ExtraPeer::drive() {
  if (context_.chain == nullptr || context_.stopping) return;
  if (!sync_.others_report_more()) {
    behind_at_.reset();
  } else if (!behind_at_) {
    behind_at_ = context_.now.instant;  // however long it has been quiet before: this may be news
  }
  if (!stands_still()) {
    if (std::exchange(tried_at_, std::nullopt)) {
      moves_since_ = context_.now.instant;
      finding_.allow_outbound(context_.options.max_outbound);
    }
  } else if (stale_at() <= context_.now.instant) {
    try_others();
  }
  if (tried_at_) return;
  look_out();
  if (one_too_many()) part_with_newest();
}

std::optional<Instant> ExtraPeer::deadline() const {
  if (context_.chain == nullptr || context_.stopping) return std::nullopt;
  if (tried_at_) return stale_at();
  std::optional<Instant> next = look_until_ ? look_until_ : look_at_;
  const auto consider = [&](Instant instant) {
    if (!next || instant < *next) next = instant;
  };
  if (stands_still()) consider(stale_at());
  if (one_too_many()) consider(time_is_up(*newest().last));
  return next;
}

// -- the tip stands still ----------------------------------------------------------------------------------------

Instant ExtraPeer::stale_at() const {
  const Instant::duration patience = kStaleTipIntervals * Instant::duration(context_.chain->spec().block_interval);
  if (!tried_at_) return std::max(sync_.moved_at(), behind_at_.value_or(context_.now.instant)) + patience;
  return *tried_at_ + patience * (1 << std::min(tries_, kMaxStaleTipDoublings));
}

bool ExtraPeer::stands_still() const {
  return context_.peers.ready() > 0 && sync_.others_report_more() && (!tried_at_ || sync_.moved_at() <= *tried_at_);
}

void ExtraPeer::try_others() {
  if (!tried_at_) {
    tries_ = 0;
    look_until_.reset();
    const auto stood = std::chrono::duration_cast<std::chrono::seconds>(context_.now.instant - sync_.moved_at());
    context_.out.report(Severity::kWarning, "no block for " + std::to_string(stood.count()) +
                                                " s while peers report more work: trying others");
  } else if (one_too_many()) {
    part_with_least_useful();
  }
  ++tries_;
  tried_at_ = context_.now.instant;
  finding_.allow_outbound(context_.options.max_outbound + 1);
}

// -- now and then ------------------------------------------------------------------------------------------------

Instant ExtraPeer::next_look() const {
  constexpr std::chrono::milliseconds kRange = kLookOutAtMost - kLookOutAtLeast;
  const auto drawn = context_.rng.below(static_cast<std::uint64_t>(kRange.count()) + 1);
  return context_.now.instant + kLookOutAtLeast + std::chrono::milliseconds(drawn);
}

void ExtraPeer::look_out() {
  const Instant now = context_.now.instant;
  const std::size_t places = context_.options.max_outbound;
  if (look_until_) {
    if (!one_too_many() && now < *look_until_) return;
    look_until_.reset();
    look_at_ = next_look();
    finding_.allow_outbound(places);
    return;
  }
  const bool all_taken = places > 0 && proven_outbound() == places;
  if (!look_at_ ? !all_taken : now < *look_at_) return;
  if (look_at_ && all_taken && sync_.synced()) {
    look_until_ = now + kLookOutFor;
    finding_.allow_outbound(places + 1);
  } else {
    look_at_ = next_look();
  }
}

// -- whom to part with -------------------------------------------------------------------------------------------

std::size_t ExtraPeer::proven_outbound() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(context_.peers.all(), [](const auto& entry) { return counts(entry.second); }));
}

bool ExtraPeer::one_too_many() const { return proven_outbound() > context_.options.max_outbound; }

ExtraPeer::Newest ExtraPeer::newest() const {
  Newest newest;
  for (auto& [connection, peer] : context_.peers.all()) {  // oldest first
    if (counts(peer)) newest = {&peer, newest.last};
  }
  return newest;
}

// While the tip stood still it may have sent headers all the time: its blocks come now.
Instant ExtraPeer::time_is_up(const p2p::Peer& newest) const {
  return std::max(newest.connected_at, moves_since_.value_or(Instant::min())) + kLookOutFor;
}

void ExtraPeer::part_with_newest() {
  const auto [last, before] = newest();
  if (context_.now.instant < time_is_up(*last)) return;
  const bool brings_more = before != nullptr && before->last_block_at < last->last_block_at;  // none is least
  part_with(brings_more ? *before : *last);
}

// Whose last block is the oldest; of those without any the one that has had the longest time to send one.
void ExtraPeer::part_with_least_useful() {
  p2p::Peer* least = nullptr;
  const auto rank = [](const p2p::Peer& peer) {
    return std::pair(peer.last_block_at.value_or(Instant::min()), peer.connected_at);
  };
  for (auto& [connection, peer] : context_.peers.all()) {
    if (!counts(peer) || sync_.hears(connection)) continue;
    if (least == nullptr || rank(peer) < rank(*least)) least = &peer;
  }
  if (least != nullptr) part_with(*least);
}

void ExtraPeer::part_with(p2p::Peer& peer) {
  finding_.leave_alone(peer);
  context_.part(peer, "one outbound connection too many");
}

}  // namespace suara::node
