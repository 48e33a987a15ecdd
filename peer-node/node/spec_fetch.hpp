// For a node that knows only its network's id: asks peers, one at a time, for the specification whose hash that is.
#pragma once

#include "peer-node/node/context.hpp"

#include <chrono>
#include <optional>

namespace suara::node {

class SpecFetch {
 public:
  explicit SpecFetch(Context& context) : context_(context) {}

  /// The specification, when the message is it; otherwise the peer is disconnected.
  std::optional<chain::ChainSpec> take(p2p::Peer& peer, const wire::peer::Spec& message);

  void drive();
  [[nodiscard]] std::optional<Instant> deadline() const;

 private:
  /// The next peer's turn when one has not answered by then.
  static constexpr std::chrono::seconds kPatience{5};

  Context& context_;
  std::optional<ConnectionId> asked_;
  Instant asked_at_;
};

}  // namespace suara::node
