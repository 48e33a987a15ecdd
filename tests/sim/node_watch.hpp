// Watches one node from outside, over all its lives: what it announces or accepts is on its disk first, its tip never
// loses work, and what it says of votes is what its blocks say.
#pragma once

#include "peer-node/node/node.hpp"

#include <optional>
#include <string>

namespace suara::sim {

class NodeWatch {
 public:
  explicit NodeWatch(std::string name) : name_(std::move(name)) {}

  void started(const node::Node& node);
  void died() { work_.reset(); }
  void after_event(const node::Node& node);
  void announced(const node::TipMoved& tip, const store::StoreView& durable);
  /// The node says so to whoever submitted it.
  void accepted(const node::Node& node, const store::StoreView& durable, const ledger::TransactionId& id) const;

  [[nodiscard]] std::uint64_t tips_announced() const { return tips_announced_; }
  [[nodiscard]] std::uint64_t reorganisations() const { return reorganisations_; }

 private:
  std::string name_;
  std::optional<chain::Uint256> work_;  // of the tip in this life
  std::optional<chain::BlockId> tip_;
  chain::Uint256 announced_work_;  // of the best tip ever announced
  std::uint64_t tips_announced_ = 0;
  std::uint64_t reorganisations_ = 0;
};

/// Counts the node's votes from its blocks alone and compares with the ledger it keeps; looks at every link and every
/// proof of work on the way. Throws Failure.
void check_books(const std::string& name, const node::Node& node);

/// Everything the ledger holds, as one hash.
Hash256 ledger_digest(const store::StoreView& view);

}  // namespace suara::sim
