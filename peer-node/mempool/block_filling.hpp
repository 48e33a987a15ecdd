// From the waiting line into a block: what is valid at the block's time, in an order in which it is, until the block is
// full. Reads the line once; what was judged on this tip and in this phase of its election is not judged again.
#pragma once

#include "peer-node/mempool/mempool_state.hpp"

#include <set>

namespace suara::mempool {

/// Lives for one selection, during which the state does not change.
class BlockFilling {
 public:
  BlockFilling(const MempoolState& state, const store::StoreView& view, std::uint64_t block_time_ms);

  void take(const Line::LaneEntries& lane);
  [[nodiscard]] Selection result() && { return std::move(selection_); }

 private:
  enum class Verdict : std::uint8_t { kHolds, kBreaksARule, kToBeJudged };

  [[nodiscard]] Verdict verdict_of(const ledger::ElectionId& election) const;
  [[nodiscard]] bool may_follow(const Entry& entry);

  const MempoolState& state_;
  const ledger::BlockContext context_;
  const bool on_tip_;
  store::Draft draft_;
  Selection selection_;
  std::size_t room_bytes_;
  std::set<ledger::ElectionId> left_out_;  // one did not fit: what follows may build on it, or close the election
  // Neighbours in line are mostly about the same election.
  std::optional<ledger::ElectionId> last_;
  Verdict last_verdict_ = Verdict::kToBeJudged;
};

}  // namespace suara::mempool
