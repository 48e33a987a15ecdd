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
  const auto middle = offsets.begin() + static_cast<std::ptrdiff_t>(offsets.size() / 2);
  std::ranges::nth_element(offsets, middle);
  return *middle;
}

void ClockWatch::drive() {
  const auto offset = clock_offset_of(context_.peers, context_.now);
  if (!offset) return;
  const milliseconds off = std::chrono::abs(*offset);
  const State state = off >= kClockRefusal ? State::kRefusing : off >= kClockWarning ? State::kWarning : State::kFine;
  if (std::exchange(state_, state) == state) return;
  const std::string text = "this machine's clock is " + std::to_string(off.count()) + " ms " +
                           (offset->count() > 0 ? "behind" : "ahead of") + " those of the peers this node dialed";
  switch (state) {
    case State::kFine: return context_.out.report(Severity::kInfo, "the clock agrees with the peers' again");
    case State::kWarning: return context_.out.report(Severity::kWarning, text + "; is it set by NTP?");
    case State::kRefusing: return context_.out.report(Severity::kError, text + "; nothing is mined until it is right");
  }
}

}  // namespace suara::node
