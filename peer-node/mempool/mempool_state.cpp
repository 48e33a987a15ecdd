#include "peer-node/mempool/mempool_state.hpp"

#include "common/store/memory_store.hpp"
#include "common/util/check.hpp"
#include "peer-node/chain/rules.hpp"
#include "peer-node/ledger/election_store.hpp"
#include "peer-node/mempool/mempool_error.hpp"
#include "peer-node/store/schema.hpp"

#include <algorithm>

namespace suara::mempool {
namespace {

using chain::RuleError;
using ledger::ElectionId;
using ledger::Transaction;
using ledger::TransactionId;

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

// The electorate of elections that are in the store or, given what comes back, will be. Anybody's guess does for those
// that are not: what waits for them is dropped.
class Electorates {
 public:
  explicit Electorates(const store::StoreView& view) : view_(view) {}

  void note(const Transaction& transaction, const TransactionId& id) {
    if (const auto* open = std::get_if<ledger::OpenElection>(&transaction.statement)) {
      known_[ElectionId(id)] = open->electorate;
    }
  }
  ledger::Electorate of(const std::optional<ElectionId>& election) {
    if (!election) return ledger::Electorate::kOpen;
    const auto found = known_.find(*election);
    if (found != known_.end()) return found->second;
    const auto terms = ledger::find_terms(view_, *election);
    return known_[*election] = terms ? terms->electorate : ledger::Electorate::kOpen;
  }

 private:
  const store::StoreView& view_;
  std::map<ElectionId, ledger::Electorate> known_;
};

}  // namespace

MempoolState::MempoolState(const chain::ChainState& chain_state, Limits the_limits)
    : chain(chain_state),
      limits(the_limits),
      rules(chain::ledger_rules(chain_state.spec())),
      tip(chain_state.tip().id) {}

std::uint64_t MempoolState::next_block_time_ms(const store::StoreView& view, WallTime now) {
  if (!earliest_block_time_ms) earliest_block_time_ms = chain.next_header(view, {}, WallTime{}).time_ms;
  return std::max(to_unix_ms(now), *earliest_block_time_ms);
}

ledger::BlockContext MempoolState::next_block_at(std::uint64_t time_ms) const {
  return {.block = {}, .height = chain.tip().height + 1, .time_ms = time_ms};
}

bool MempoolState::is_organiser(const PublicKey& author) const {
  return std::find(rules.organisers.begin(), rules.organisers.end(), author) != rules.organisers.end();
}

Result<store::WriteBatch> MempoolState::effects_of(const store::StoreView& view, const Transaction& transaction,
                                                   std::uint64_t time_ms) const {
  const WaitingView waiting(effects, view);
  store::Draft draft(waiting);
  SUARA_TRY(ledger::apply(rules, transaction, next_block_at(time_ms), 0, draft));
  return draft.take();
}

Lane MempoolState::lane_of_newcomer(const store::StoreView& view, const Transaction& transaction,
                                    const std::optional<ElectionId>& election) const {
  ledger::Electorate electorate = ledger::Electorate::kOpen;
  if (const auto* open = std::get_if<ledger::OpenElection>(&transaction.statement)) {
    electorate = open->electorate;
  } else if (election) {
    const auto standing = standings.find(*election);
    electorate =
        standing != standings.end() ? standing->second.electorate : ledger::find_terms(view, *election)->electorate;
  }
  return lane_of(transaction, electorate, is_organiser(transaction.author));
}

Result<std::vector<Position>> MempoolState::make_room(const Entry& entry) const {
  const PublicKey& author = entry.transaction.author;
  if (line.count_of(author) >= limits.max_per_author && !is_organiser(author)) {
    return Error(MempoolError::kTooManyOfAuthor);
  }
  const Line::Bounds bounds{limits.max_transactions, limits.max_size_bytes};
  if (line.has_room_for(entry, bounds)) return std::vector<Position>{};
  std::vector<Position> displaced = line.displaced_by(entry, bounds);
  if (displaced.empty()) return Error(MempoolError::kFull);
  return displaced;
}

void MempoolState::drop(Position position, Error why) {
  dropped.push_back({line.at(position).id, std::move(why)});
  remove(position);
}

void MempoolState::remove(Position position) {
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

void MempoolState::judge(const store::StoreView& view, const ElectionId& election, std::uint64_t time_ms) {
  const std::vector<Position> positions = line.positions_of(election);
  for (const Position position : positions) {
    const Entry& entry = line.at(position);
    std::visit(ForgetEffects{entry, effects}, entry.transaction.statement);
  }
  unsettled.erase(election);
  for (const Position position : positions) {
    const auto writes = effects_of(view, line.at(position).transaction, time_ms);
    if (writes) {
      effects.absorb(*writes);
    } else {
      dropped.push_back({line.at(position).id, writes.error()});
      line.erase(position);
    }
  }
  standings.erase(election);
  note_standing(view, election, time_ms);
}

void MempoolState::note_standing(const store::StoreView& view, const ElectionId& election, std::uint64_t time_ms) {
  if (!line.has_any_of(election)) return;
  const auto terms = ledger::find_terms(WaitingView(effects, view), election);
  CHECK(terms.has_value());
  standings.try_emplace(election, Standing{terms->opens_at_ms, terms->closes_at_ms, time_ms, terms->electorate});
}

void MempoolState::settle(const store::StoreView& view, std::uint64_t time_ms) {
  while (!unsettled.empty()) {
    const ElectionId election = *unsettled.begin();
    judge(view, election, judging_time_ms(election, time_ms));
  }
}

std::uint64_t MempoolState::judging_time_ms(const ElectionId& election, std::uint64_t time_ms) const {
  const auto standing = standings.find(election);
  return standing == standings.end() ? time_ms : std::max(time_ms, standing->second.judged_at_ms);
}

void MempoolState::note_expiry(Instant since) {
  const Instant expiry = since + limits.expiry;
  if (!first_expiry || expiry < *first_expiry) first_expiry = expiry;
}

void MempoolState::confirm(const Transaction& transaction, const TransactionId& id) {
  if (const auto position = line.find(id)) return remove(*position);
  const auto* vote = std::get_if<ledger::CastVote>(&transaction.statement);
  if (vote == nullptr) {
    const auto election = election_of(transaction, id);
    if (election && line.has_any_of(*election)) unsettled.insert(*election);
    return;
  }
  // Effects alone, without the tip, hold only votes that wait.
  static const store::MemoryStore kNothing;
  const auto waiting = ledger::find_vote(WaitingView(effects, kNothing), vote->election, transaction.author);
  if (waiting) drop(*line.find(waiting->transaction), Error(RuleError::kAlreadyVoted, "a block brought " + id.hex()));
}

void MempoolState::take_back(const store::StoreView& view, const std::vector<chain::Block>& disconnected, Instant now) {
  std::vector<Entry> returned;
  std::set<TransactionId> seen;
  Electorates electorates(view);
  for (auto block = disconnected.rbegin(); block != disconnected.rend(); ++block) {
    for (const Transaction& transaction : block->transactions) {
      const TransactionId id = ledger::transaction_id(transaction);
      electorates.note(transaction, id);
      if (line.find(id) || ledger::find_transaction(view, id) || !seen.insert(id).second) continue;
      const Lane lane =
          lane_of(transaction, electorates.of(election_of(transaction, id)), is_organiser(transaction.author));
      returned.push_back(make_entry(transaction, id, lane, now));
    }
  }
  if (!returned.empty()) note_expiry(now);
  for (const Entry& entry : returned) {
    if (entry.election) unsettled.insert(*entry.election);
  }
  line.prepend(std::move(returned));
  // Those who would have to give way to a newcomer do so first; what is left then is the newest.
  while (line.entries().size() > limits.max_transactions || line.size_bytes() > limits.max_size_bytes) {
    drop(line.least_wanted(), MempoolError::kDisplaced);
  }
}

}  // namespace suara::mempool
