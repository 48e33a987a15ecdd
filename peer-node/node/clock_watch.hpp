// Is our clock right? Blocks carry times, and a node whose clock is far off mines blocks that nobody takes, or refuses
// good ones. Peers say in hello and pong what time it is with them; the median of the outbound ones counts. Inbound
// ones do not: whoever wants to can be many of them.
#pragma once

#include "peer-node/node/context.hpp"

#include <chrono>
#include <optional>

namespace suara::node {

/// How far the outbound peers' clocks are ahead of ours, in the median; nullopt for fewer than kMinClocks. A peer's
/// clock is taken to run on since it last told, so that setting our own shows at once.
[[nodiscard]] std::optional<std::chrono::milliseconds> clock_offset_of(const p2p::PeerSet& peers, const Now& now);

class ClockWatch {
 public:
  explicit ClockWatch(Context& context) : context_(context) {}

  /// Tells when an alarm begins and ends. With too few peers that say the time it is taken for right.
  void drive();
  [[nodiscard]] bool may_mine() const { return state_ != State::kRefusing; }

 private:
  enum class State : std::uint8_t { kFine, kWarning, kRefusing };

  Context& context_;
  State state_ = State::kFine;
};

}  // namespace suara::node
