#include "peer-node/node/clock_watch.hpp"

#include "peer-node/node/limits.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace suara::node {

using std::chrono::milliseconds;

std::optional<milliseconds> clock_offset_of(const p2p::PeerSet& peers, const Now& now) {
  std::vector<milliseconds> offsets;
  for (const auto& [connection, peer] : peers.all()) {
    if (peer.inbound() || !peer.ready || peer.closing || !peer.clock) continue;
    const WallTime theirs = peer.clock->theirs + std::chrono::duration_cast<milliseconds>(now.instant - peer.clock->at);
    offsets.push_back(theirs - now.wall);
  }
  if (offsets.size() < kMinClocks) return std::nullopt;
  std::ranges::sort(offsets);
  // Of two in the middle the one that is nearer to ours: half of the peers cannot make a clock wrong.
  const milliseconds lower = offsets[(offsets.size() - 1) / 2];
  const milliseconds upper = offsets[offsets.size() / 2];
  return std::chrono::abs(lower) < std::chrono::abs(upper) ? lower : upper;
}

void ClockWatch::drive() {
  const auto offset = clock_offset_of(context_.peers, context_.now);
  const milliseconds off = offset ? std::chrono::abs(*offset) : milliseconds(0);
  const State state = off >= kClockRefusal ? State::kRefusing : off >= kClockWarning ? State::kWarning : State::kFine;
  if (std::exchange(state_, state) == state) return;
  if (!offset)
    return context_.out.report(Severity::kInfo, "too few peers say the time to tell whether the clock is right");
  const std::string text = "this machine's clock is " + std::to_string(off.count()) + " ms " +
                           (offset->count() > 0 ? "behind" : "ahead of") + " those of the peers this node dialed";
  switch (state) {
    case State::kFine: return context_.out.report(Severity::kInfo, "the clock agrees with the peers' again");
    case State::kWarning: return context_.out.report(Severity::kWarning, text + "; is it set by NTP?");
    case State::kRefusing: return context_.out.report(Severity::kError, text + "; nothing is mined until it is right");
  }
}

}  // namespace suara::node
