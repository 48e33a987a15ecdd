#include "peer-node/mempool/mempool.hpp"

#include "common/store/memory_store.hpp"
#include "common/util/check.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rules.hpp"
#include "peer-node/ledger/election_store.hpp"
#include "peer-node/ledger/ledger.hpp"
#include "peer-node/mempool/effects.hpp"
#include "peer-node/mempool/line.hpp"
#include "peer-node/mempool/mempool_error.hpp"
#include "peer-node/store/schema.hpp"

#include <algorithm>
#include <set>

namespace suara::mempool {
namespace {

using ledger::ElectionId;
using ledger::Transaction;
using ledger::TransactionId;

// Time changes what the rules say of an election's transactions at two moments only.
enum class Phase : std::uint8_t { kBeforeOpening, kOpen, kOver };

// An election that transactions wait for. They are all valid, in line order, on the tip at `judged_at_ms`.
struct Standing {
  std::uint64_t opens_at_ms = 0;
  std::uint64_t closes_at_ms = 0;
  std::uint64_t judged_at_ms = 0;

  [[nodiscard]] Phase phase_at(std::uint64_t time_ms) const {
    if (time_ms < opens_at_ms) return Phase::kBeforeOpening;
    return time_ms < closes_at_ms ? Phase::kOpen : Phase::kOver;
  }
  [[nodiscard]] bool still_holds_at(std::uint64_t time_ms) const { return phase_at(time_ms) == phase_at(judged_at_ms); }
};

// The keys of the effects that `entry` may have written.
struct ForgetEffects {
  const Entry& entry;
  Effects& effects;

  void operator()(const ledger::OpenElection&) const { forget_election(); }
  void operator()(const ledger::AddCandidates&) const { forget_election(); }
  void operator()(const ledger::CloseElection&) const { forget_election(); }
  void operator()(const ledger::EnrolVoters& enrol) const {
    forget_election();
    for (const ledger::Enrolment& voter : enrol.voters) {
      effects.forget(node_store::kRoll, ledger::roll_key(enrol.election, voter.key));
      effects.forget(node_store::kRollNames, ledger::roll_name_key(enrol.election, voter.voter));
    }
  }
  void operator()(const ledger::CastVote& vote) const {
    effects.forget(node_store::kVotes, ledger::vote_key(vote.election, entry.transaction.author));
  }
  void operator()(const ledger::Record&) const {}

  void forget_election() const { effects.forget(node_store::kElections, ledger::election_key(*entry.election)); }
};

bool is_vote(const Transaction& transaction) { return std::holds_alternative<ledger::CastVote>(transaction.statement); }

}  // namespace

struct Mempool::State {
  State(const chain::ChainState& chain_state, Limits the_limits)
      : chain(chain_state),
        limits(the_limits),
        rules(chain::ledger_rules(chain_state.spec())),
        tip(chain_state.tip().id) {}

  const chain::ChainState& chain;
  const Limits limits;
  const ledger::Rules rules;

  Line line;
  Effects effects;
  std::map<ElectionId, Standing> standings;  // of every election something waits for
  // Elections whose effects are incomplete since something other than a vote left the line; settled by the next call
  // that has a view.
  std::set<ElectionId> unsettled;
  chain::BlockId tip;  // what the line was last judged on
  std::optional<std::uint64_t> earliest_block_time_ms;
  std::optional<Instant> first_expiry;

  [[nodiscard]] std::uint64_t next_block_time_ms(const store::StoreView& view, WallTime now) {
    if (!earliest_block_time_ms) earliest_block_time_ms = chain.next_header(view, {}, WallTime{}).time_ms;
    return std::max(to_unix_ms(now), *earliest_block_time_ms);
  }

  [[nodiscard]] ledger::BlockContext next_block_at(std::uint64_t time_ms) const {
    return {.block = {}, .height = chain.tip().height + 1, .time_ms = time_ms};
  }

  [[nodiscard]] bool is_organiser(const PublicKey& author) const {
    return std::find(rules.organisers.begin(), rules.organisers.end(), author) != rules.organisers.end();
  }

  // What the transaction would do at the end of the line, or the rule it breaks there.
  [[nodiscard]] Result<store::WriteBatch> effects_of(const store::StoreView& view, const Transaction& transaction,
                                                     std::uint64_t time_ms) const {
    const WaitingView waiting(effects, view);
    store::Draft draft(waiting);
    SUARA_TRY(ledger::apply(rules, transaction, next_block_at(time_ms), 0, draft));
    return draft.take();
  }

  Result<void> check_bounds(const Entry& entry) const {
    if (line.entries().size() >= limits.max_transactions ||
        line.size_bytes() + entry.size_bytes > limits.max_size_bytes) {
      return Error(MempoolError::kFull);
    }
    const PublicKey& author = entry.transaction.author;
    if (line.count_of(author) >= limits.max_per_author && !is_organiser(author)) {
      return Error(MempoolError::kTooManyOfAuthor);
    }
    return {};
  }

  void remove(Position position) {
    const Entry& entry = line.at(position);
    std::visit(ForgetEffects{entry, effects}, entry.transaction.statement);
    const std::optional<ElectionId> election = entry.election;
    if (election && !is_vote(entry.transaction)) unsettled.insert(*election);
    line.erase(position);
    if (election && !line.has_any_of(*election)) {
      standings.erase(*election);
      unsettled.erase(*election);
    }
  }

  // Judges everything that waits for `election` afresh, in line order.
  void judge(const store::StoreView& view, const ElectionId& election, std::uint64_t time_ms) {
    const std::vector<Position> positions = line.positions_of(election);
    for (const Position position : positions) {
      const Entry& entry = line.at(position);
      std::visit(ForgetEffects{entry, effects}, entry.transaction.statement);
    }
    unsettled.erase(election);
    for (const Position position : positions) {
      const auto writes = effects_of(view, line.at(position).transaction, time_ms);
      writes ? effects.absorb(*writes) : line.erase(position);
    }
    standings.erase(election);
    note_standing(view, election, time_ms);
  }

  void note_standing(const store::StoreView& view, const ElectionId& election, std::uint64_t time_ms) {
    if (!line.has_any_of(election)) return;
    const auto terms = ledger::find_terms(WaitingView(effects, view), election);
    CHECK(terms.has_value());
    standings.try_emplace(election, Standing{terms->opens_at_ms, terms->closes_at_ms, time_ms});
  }

  void settle(const store::StoreView& view, std::uint64_t time_ms) {
    while (!unsettled.empty()) {
      const ElectionId election = *unsettled.begin();
      judge(view, election, judging_time_ms(election, time_ms));
    }
  }

  // For one election the clock never goes back, or a correction of ours would drop what was accepted.
  [[nodiscard]] std::uint64_t judging_time_ms(const ElectionId& election, std::uint64_t time_ms) const {
    const auto standing = standings.find(election);
    return standing == standings.end() ? time_ms : std::max(time_ms, standing->second.judged_at_ms);
  }

  void note_expiry(Instant since) {
    const Instant expiry = since + limits.expiry;
    if (!first_expiry || expiry < *first_expiry) first_expiry = expiry;
  }

  // A block brought this: it waits no longer, and neither does another vote of the same voter.
  void confirm(const Transaction& transaction) {
    const TransactionId id = ledger::transaction_id(transaction);
    if (const auto position = line.find(id)) return remove(*position);
    const auto* vote = std::get_if<ledger::CastVote>(&transaction.statement);
    if (vote == nullptr) {
      const Entry entry = make_entry(transaction, id, {});
      if (entry.election && line.has_any_of(*entry.election)) unsettled.insert(*entry.election);
      return;
    }
    // Effects alone, without the tip, hold only votes that wait.
    static const store::MemoryStore kNothing;
    const auto waiting = ledger::find_vote(WaitingView(effects, kNothing), vote->election, transaction.author);
    if (waiting) remove(*line.find(waiting->transaction));
  }

  // In the order they had, in front of all others; those the new chain has as well stay out.
  void take_back(const store::StoreView& view, const std::vector<chain::Block>& disconnected, Instant now) {
    std::vector<Entry> returned;
    std::set<TransactionId> seen;
    for (auto block = disconnected.rbegin(); block != disconnected.rend(); ++block) {
      for (const Transaction& transaction : block->transactions) {
        const TransactionId id = ledger::transaction_id(transaction);
        if (line.find(id) || ledger::find_transaction(view, id) || !seen.insert(id).second) continue;
        returned.push_back(make_entry(transaction, id, now));
      }
    }
    if (!returned.empty()) note_expiry(now);
    for (const Entry& entry : returned) {
      if (entry.election) unsettled.insert(*entry.election);
    }
    line.prepend(std::move(returned));
    while (line.entries().size() > limits.max_transactions || line.size_bytes() > limits.max_size_bytes) {
      remove(line.entries().rbegin()->first);
    }
  }
};

Mempool::Mempool(const chain::ChainState& chain, Limits limits) : state_(std::make_unique<State>(chain, limits)) {}
Mempool::~Mempool() = default;

Result<TransactionId> Mempool::add(const store::StoreView& view, const Transaction& transaction, Now now) {
  State& state = *state_;
  const TransactionId id = ledger::transaction_id(transaction);
  if (state.line.find(id)) return Error(MempoolError::kKnown);
  SUARA_TRY(ledger::check_statement(state.rules, transaction));
  Entry entry = make_entry(transaction, id, now.instant);

  std::uint64_t time_ms = state.next_block_time_ms(view, now.wall);
  state.settle(view, time_ms);
  if (entry.election) {
    time_ms = state.judging_time_ms(*entry.election, time_ms);
    const auto standing = state.standings.find(*entry.election);
    if (standing != state.standings.end() && !standing->second.still_holds_at(time_ms)) {
      state.judge(view, *entry.election, time_ms);
    }
  }
  const auto writes = state.effects_of(view, transaction, time_ms);
  if (!writes) return writes.error();
  SUARA_TRY(state.check_bounds(entry));

  state.effects.absorb(*writes);
  const std::optional<ElectionId> election = entry.election;
  state.line.append(std::move(entry));
  if (election) state.note_standing(view, *election, time_ms);
  state.note_expiry(now.instant);
  return id;
}

const Transaction* Mempool::find(const TransactionId& id) const {
  const auto position = state_->line.find(id);
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
  State& state = *state_;
  state.tip = state.chain.tip().id;
  state.earliest_block_time_ms.reset();
  for (const chain::Block& block : step.connected) {
    for (const Transaction& transaction : block.transactions) state.confirm(transaction);
  }
  state.take_back(view, step.disconnected, now.instant);

  const std::uint64_t time_ms = state.next_block_time_ms(view, now.wall);
  for (const auto& [election, standing] : state.standings) {
    if (!standing.still_holds_at(state.judging_time_ms(election, time_ms))) state.unsettled.insert(election);
  }
  state.settle(view, time_ms);
}

void Mempool::expire(Now now) {
  State& state = *state_;
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
  for (const Position position : expired) state.remove(position);
}

std::vector<Transaction> Mempool::select(const store::StoreView& view, WallTime block_time) const {
  const State& state = *state_;
  const ledger::BlockContext context = state.next_block_at(to_unix_ms(block_time));
  const bool on_tip = state.tip == state.chain.tip().id;
  // What was judged on this tip and in this phase of its election is valid as it stands, in line order.
  const auto must_be_checked = [&](const Entry& entry) {
    if (!on_tip) return true;
    if (!entry.election) return false;
    return state.unsettled.contains(*entry.election) ||
           !state.standings.at(*entry.election).still_holds_at(context.time_ms);
  };

  constexpr std::size_t kSizePrefixBytes = 4;  // before the count, before each transaction
  std::vector<Transaction> selected;
  std::size_t room_bytes = state.chain.spec().max_block_size_bytes - chain::kHeaderSizeBytes - kSizePrefixBytes;
  std::set<ElectionId> left_out;  // one did not fit: what follows may build on it, or close the election before it
  store::Draft draft(view);
  for (const auto& [position, entry] : state.line.entries()) {
    if (selected.size() == chain::kMaxTransactionsPerBlock) break;
    if (room_bytes < chain::kMinTransactionSizeBytes + kSizePrefixBytes) break;
    if (entry.election && left_out.contains(*entry.election)) continue;
    if (entry.size_bytes + kSizePrefixBytes > room_bytes) {
      if (entry.election) left_out.insert(*entry.election);
      continue;
    }
    if (must_be_checked(entry)) {
      const auto index = static_cast<std::uint32_t>(selected.size());
      if (!ledger::apply(state.rules, entry.transaction, context, index, draft)) continue;
    }
    selected.push_back(entry.transaction);
    room_bytes -= entry.size_bytes + kSizePrefixBytes;
  }
  return selected;
}

}  // namespace suara::mempool
