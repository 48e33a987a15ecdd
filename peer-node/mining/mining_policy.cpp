#include "peer-node/mining/mining_policy.hpp"

#include "common/util/check.hpp"
#include "peer-node/ledger/election_store.hpp"

#include <algorithm>

namespace suara::mining {

std::optional<WallTime> empty_block_due(const store::StoreView& view, WallTime tip_time,
                                        std::chrono::milliseconds heartbeat) {
  const std::uint64_t tip_ms = to_unix_ms(tip_time);
  const std::uint64_t beat_ms = tip_ms + static_cast<std::uint64_t>(heartbeat.count());
  std::optional<std::uint64_t> due_ms;
  ledger::for_each_terms(view, [&](const ledger::ElectionTerms& terms) {
    if (terms.closed_early || tip_ms >= terms.closes_at_ms) return;
    const std::uint64_t election_due_ms = std::min(std::max(terms.opens_at_ms, beat_ms), terms.closes_at_ms);
    due_ms = std::min(due_ms.value_or(UINT64_MAX), election_due_ms);
  });
  if (!due_ms) return std::nullopt;
  // An election may close after any time that a clock can show.
  return from_unix_ms(std::min(*due_ms, static_cast<std::uint64_t>(INT64_MAX)));
}

std::optional<WallTime> mine_from(MiningMode mode, bool block_wanted, std::optional<WallTime> empty_block_due) {
  switch (mode) {
    case MiningMode::kOff: return std::nullopt;
    case MiningMode::kPending: return block_wanted ? WallTime{} : empty_block_due;
    case MiningMode::kAlways: return WallTime{};
  }
  CHECK(false);
}

}  // namespace suara::mining
