#include "peer-node/mempool/block_filling.hpp"

#include "peer-node/chain/limits.hpp"

namespace suara::mempool {
namespace {

constexpr std::size_t kSizePrefixBytes = 4;  // before the count, before each transaction

}  // namespace

BlockFilling::BlockFilling(const MempoolState& state, const store::StoreView& view, std::uint64_t block_time_ms)
    : state_(state),
      context_(state.next_block_at(block_time_ms)),
      on_tip_(state.tip == state.chain.tip().id),
      draft_(view),
      room_bytes_(state.chain.spec().max_block_size_bytes - chain::kHeaderSizeBytes - kSizePrefixBytes) {}

void BlockFilling::take(const Line::LaneEntries& lane) {
  std::size_t misfits = 0;
  for (const auto& [position, entry] : lane) {
    if (selection_.transactions.size() == chain::kMaxTransactionsPerBlock) return;
    if (room_bytes_ < chain::kMinTransactionSizeBytes + kSizePrefixBytes || misfits == kMaxMisfits) return;
    if (entry->election && left_out_.contains(*entry->election)) continue;
    if (entry->size_bytes + kSizePrefixBytes > room_bytes_) {
      if (entry->election) left_out_.insert(*entry->election);
      ++misfits;
      continue;
    }
    if (!may_follow(*entry)) continue;
    misfits = 0;
    selection_.transactions.push_back(entry->transaction);
    selection_.leaves.push_back(entry->leaf);
    room_bytes_ -= entry->size_bytes + kSizePrefixBytes;
  }
}

// Of an election that is over at the block's time nothing holds, and there may be very many.
BlockFilling::Verdict BlockFilling::verdict_of(const ledger::ElectionId& election) const {
  if (!on_tip_ || state_.unsettled.contains(election)) return Verdict::kToBeJudged;
  const Standing& standing = state_.standings.at(election);
  if (standing.phase_at(context_.time_ms) == Phase::kOver) return Verdict::kBreaksARule;
  return standing.still_holds_at(context_.time_ms) ? Verdict::kHolds : Verdict::kToBeJudged;
}

bool BlockFilling::may_follow(const Entry& entry) {
  Verdict verdict = on_tip_ ? Verdict::kHolds : Verdict::kToBeJudged;
  if (entry.election) {
    if (last_ != entry.election) {
      last_ = entry.election;
      last_verdict_ = verdict_of(*entry.election);
    }
    verdict = last_verdict_;
  }
  switch (verdict) {
    case Verdict::kHolds: return true;
    case Verdict::kBreaksARule: return false;
    case Verdict::kToBeJudged: break;
  }
  const auto index = static_cast<std::uint32_t>(selection_.transactions.size());
  return ledger::apply(state_.rules, entry.transaction, context_, index, draft_).has_value();
}

}  // namespace suara::mempool
