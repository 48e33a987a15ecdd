// New blocks, on to those who do not have them: the tip once it is stored, and a block that others made as soon as its
// header and root hold, which is before its signatures are checked and before it is on our disk.
//
// What an attacker gains by that: a block with real work whose transactions do not hold travels through the network,
// one for each parent, and costs everybody the checks that it would have cost anyway. What he must not gain: that those
// who passed it on are taken for him. So nobody is blamed for such a block, nor for still showing its header; who
// builds on it is.
#pragma once

#include "peer-node/node/context.hpp"

#include <deque>
#include <memory>
#include <optional>

namespace suara::node {

class Forwarding {
 public:
  explicit Forwarding(Context& context) : context_(context) {}

  /// A body that extends our tip, whose root is that of its header and whose header is in the tree. Passed on, unless
  /// another on this tip was: that one goes its way once it is stored.
  void forward(const chain::SealedHeader& header, chain::HashedBlockPtr block);
  /// Tells of a tip that is on disk.
  void announce_stored(const chain::BlockId& id);

  /// It broke a rule, and whoever sent it need not have known.
  void excuse(const chain::BlockId& id);
  [[nodiscard]] bool excuses(const chain::BlockId& id) const;

 private:
  [[nodiscard]] bool anybody_to_tell(const chain::BlockId& id) const;
  void announce(const chain::BlockId& id);

  Context& context_;
  std::optional<chain::BlockId> forwarded_on_;  // the parent of the last that was forwarded
  std::deque<chain::BlockId> excused_;          // oldest first
};

}  // namespace suara::node
