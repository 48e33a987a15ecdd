// The tip stands still while peers report more work: either they lie, or those we are connected to keep a chain from
// us. Which it is, somebody new may tell: one more outbound connection than usual is made, and then, at intervals that
// double, another in place of the one that has helped least.
#pragma once

#include "peer-node/node/chain_sync.hpp"
#include "peer-node/node/context.hpp"
#include "peer-node/node/peer_finding.hpp"

#include <optional>

namespace suara::node {

class StaleTip {
 public:
  StaleTip(Context& context, PeerFinding& finding, const ChainSync& sync)
      : context_(context), finding_(finding), sync_(sync) {}

  /// After every event, before peers are looked for.
  void drive();
  [[nodiscard]] std::optional<Instant> deadline() const;

 private:
  [[nodiscard]] bool stands_still() const;
  /// When the next is tried, if it is still true then.
  [[nodiscard]] Instant due() const;
  void try_others();
  void part_with_least_useful();
  [[nodiscard]] std::size_t proven_outbound() const;

  Context& context_;
  PeerFinding& finding_;
  const ChainSync& sync_;
  std::optional<Instant> tried_at_;  // set while it is stale
  int tries_ = 0;                    // since then
};

}  // namespace suara::node
