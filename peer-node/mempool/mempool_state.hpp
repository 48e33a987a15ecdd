// What a mempool knows, and the judging: which transactions hold on the present tip, one after the other, and what they
// will have done there.
#pragma once

#include "peer-node/ledger/ledger.hpp"
#include "peer-node/mempool/effects.hpp"
#include "peer-node/mempool/line.hpp"
#include "peer-node/mempool/mempool.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace suara::mempool {

/// Time changes what the rules say of an election's transactions at two moments only.
enum class Phase : std::uint8_t { kBeforeOpening, kOpen, kOver };

/// An election that transactions wait for. They are all valid, in line order, on the tip at `judged_at_ms`.
struct Standing {
  std::uint64_t opens_at_ms = 0;
  std::uint64_t closes_at_ms = 0;
  std::uint64_t judged_at_ms = 0;
  ledger::Electorate electorate = ledger::Electorate::kOpen;

  [[nodiscard]] Phase phase_at(std::uint64_t time_ms) const {
    if (time_ms < opens_at_ms) return Phase::kBeforeOpening;
    return time_ms < closes_at_ms ? Phase::kOpen : Phase::kOver;
  }
  [[nodiscard]] bool still_holds_at(std::uint64_t time_ms) const { return phase_at(time_ms) == phase_at(judged_at_ms); }
};

class MempoolState {
 public:
  MempoolState(const chain::ChainState& chain, Limits limits);

  [[nodiscard]] std::uint64_t next_block_time_ms(const store::StoreView& view, WallTime now);
  [[nodiscard]] ledger::BlockContext next_block_at(std::uint64_t time_ms) const;
  [[nodiscard]] bool is_organiser(const PublicKey& author) const;

  /// What the transaction would do at the end of the line, or the rule it breaks there.
  [[nodiscard]] Result<store::WriteBatch> effects_of(const store::StoreView& view,
                                                     const ledger::Transaction& transaction,
                                                     std::uint64_t time_ms) const;
  /// Of a transaction that holds at the end of the line.
  [[nodiscard]] Lane lane_of_newcomer(const store::StoreView& view, const ledger::Transaction& transaction,
                                      const std::optional<ledger::ElectionId>& election) const;
  /// Whether there is room, or whoever gives way for it. Errors: kFull, kTooManyOfAuthor.
  [[nodiscard]] Result<std::vector<Position>> make_room(const Entry& entry) const;

  void drop(Position position, Error why);
  /// Judges everything that waits for `election` afresh, in line order.
  void judge(const store::StoreView& view, const ledger::ElectionId& election, std::uint64_t time_ms);
  void note_standing(const store::StoreView& view, const ledger::ElectionId& election, std::uint64_t time_ms);
  void settle(const store::StoreView& view, std::uint64_t time_ms);
  /// For one election the clock never goes back, or a correction of ours would drop what was accepted.
  [[nodiscard]] std::uint64_t judging_time_ms(const ledger::ElectionId& election, std::uint64_t time_ms) const;
  void note_expiry(Instant since);

  /// A block brought this: it waits no longer, and neither does another vote of the same voter.
  void confirm(const ledger::Transaction& transaction, const ledger::TransactionId& id);
  /// In the order they had, in front of all others; those the new chain has as well stay out.
  void take_back(const store::StoreView& view, const std::vector<chain::Block>& disconnected, Instant now);

  const chain::ChainState& chain;
  const Limits limits;
  const ledger::Rules rules;

  Line line;
  Effects effects;
  std::map<ledger::ElectionId, Standing> standings;  // of every election something waits for
  // Elections whose effects are incomplete since something other than a vote left the line; settled by the next call
  // that has a view.
  std::set<ledger::ElectionId> unsettled;
  chain::BlockId tip;  // what the line was last judged on
  std::optional<std::uint64_t> earliest_block_time_ms;
  std::optional<Instant> first_expiry;
  std::vector<Dropped> dropped;

 private:
  void remove(Position position);
};

}  // namespace suara::mempool
