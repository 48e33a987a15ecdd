#include "peer-node/mempool/mempool.hpp"

#include "peer-node/mempool/block_filling.hpp"
#include "peer-node/mempool/mempool_error.hpp"
#include "peer-node/mempool/mempool_state.hpp"

#include <algorithm>
#include <utility>

namespace suara::mempool {

using ledger::ElectionId;
using ledger::Transaction;
using ledger::TransactionId;

Mempool::Mempool(const chain::ChainState& chain, Limits limits)
    : state_(std::make_unique<MempoolState>(chain, limits)) {}
Mempool::~Mempool() = default;

Result<TransactionId> Mempool::add(const store::StoreView& view, const Transaction& transaction, Now now) {
  MempoolState& state = *state_;
  const TransactionId id = ledger::transaction_id(transaction);
  if (state.line.find(id)) return Error(MempoolError::kKnown);
  SUARA_TRY(ledger::check_statement(state.rules, transaction));

  std::uint64_t time_ms = state.next_block_time_ms(view, now.wall);
  state.settle(view, time_ms);
  const std::optional<ElectionId> election = election_of(transaction, id);
  if (election) {
    time_ms = state.judging_time_ms(*election, time_ms);
    const auto standing = state.standings.find(*election);
    if (standing != state.standings.end() && !standing->second.still_holds_at(time_ms)) {
      state.judge(view, *election, time_ms);
    }
  }
  const auto writes = state.effects_of(view, transaction, time_ms);
  if (!writes) return writes.error();
  const Lane lane = state.lane_of_newcomer(view, transaction, election);
  Entry entry = make_entry(transaction, id, lane, now.instant);
  const auto displaced = state.make_room(entry);
  if (!displaced) return displaced.error();
  for (const Position position : *displaced) state.drop(position, MempoolError::kDisplaced);

  state.effects.absorb(*writes);
  state.line.append(std::move(entry));
  if (election) state.note_standing(view, *election, time_ms);
  state.note_expiry(now.instant);
  return id;
}

const Transaction* Mempool::find(const TransactionId& id) const {
  const auto position = state_->line.find(id);
  return position ? &state_->line.at(*position).transaction : nullptr;
}

const Transaction* Mempool::find_leaf(const Hash256& leaf) const {
  const auto position = state_->line.find_leaf(leaf);
  return position ? &state_->line.at(*position).transaction : nullptr;
}

std::size_t Mempool::size() const { return state_->line.entries().size(); }

std::size_t Mempool::size_bytes() const { return state_->line.size_bytes(); }

std::vector<TransactionId> Mempool::ids(std::size_t limit) const {
  std::vector<TransactionId> ids;
  ids.reserve(std::min(limit, size()));
  for (const auto& [position, entry] : state_->line.entries()) {
    if (ids.size() == limit) break;
    ids.push_back(entry.id);
  }
  return ids;
}

void Mempool::tip_moved(const store::StoreView& view, const chain::ChainState::Step& step, Now now) {
  MempoolState& state = *state_;
  state.tip = state.chain.tip().id;
  state.earliest_block_time_ms.reset();
  for (const chain::HashedBlockPtr& block : step.connected) {
    for (std::size_t i = 0; i < block->transactions().size(); ++i) {
      state.confirm(block->transactions()[i], block->transaction_ids()[i]);
    }
  }
  state.take_back(view, step.disconnected, now.instant);
  // While catching up there is nothing to judge, and the next block's time would cost a look at sixty headers.
  if (state.standings.empty() && state.unsettled.empty()) return;

  const std::uint64_t time_ms = state.next_block_time_ms(view, now.wall);
  for (const auto& [election, standing] : state.standings) {
    if (!standing.still_holds_at(state.judging_time_ms(election, time_ms))) state.unsettled.insert(election);
  }
  state.settle(view, time_ms);
}

void Mempool::expire(Now now) {
  MempoolState& state = *state_;
  if (!state.first_expiry || now.instant < *state.first_expiry) return;
  state.first_expiry.reset();
  std::vector<Position> expired;
  for (const auto& [position, entry] : state.line.entries()) {
    if (entry.since + state.limits.expiry <= now.instant) {
      expired.push_back(position);
    } else {
      state.note_expiry(entry.since);
    }
  }
  for (const Position position : expired) state.drop(position, MempoolError::kExpired);
}

std::vector<Dropped> Mempool::take_dropped() { return std::exchange(state_->dropped, {}); }

Selection Mempool::select(const store::StoreView& view, WallTime block_time) const {
  BlockFilling filling(*state_, view, to_unix_ms(block_time));
  for (std::size_t lane = 0; lane < kLanes; ++lane) filling.take(state_->line.lane(static_cast<Lane>(lane)));
  return std::move(filling).result();
}

}  // namespace suara::mempool
