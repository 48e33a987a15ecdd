#include "peer-node/mempool/line.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/merkle.hpp"

#include <iterator>

namespace suara::mempool {
namespace {

struct ElectionOf {
  const ledger::TransactionId& id;

  std::optional<ledger::ElectionId> operator()(const ledger::OpenElection&) const { return ledger::ElectionId(id); }
  std::optional<ledger::ElectionId> operator()(const ledger::Record&) const { return std::nullopt; }
  template <class Statement>
  std::optional<ledger::ElectionId> operator()(const Statement& statement) const {
    return statement.election;
  }
};

struct IsDefinition {
  bool operator()(const ledger::OpenElection&) const { return true; }
  bool operator()(const ledger::AddCandidates&) const { return true; }
  bool operator()(const ledger::EnrolVoters&) const { return true; }
  template <class Statement>
  bool operator()(const Statement&) const {
    return false;
  }
};

}  // namespace

Lane lane_of(const ledger::Transaction& transaction, ledger::Electorate electorate, bool by_organiser) {
  if (std::holds_alternative<ledger::Record>(transaction.statement)) {
    return by_organiser ? Lane::kElections : Lane::kRecords;
  }
  if (electorate == ledger::Electorate::kRoll) return Lane::kElections;
  return std::visit(IsDefinition{}, transaction.statement) ? Lane::kElections : Lane::kOpenVotes;
}

Entry make_entry(const ledger::Transaction& transaction, const ledger::TransactionId& id, Lane lane, Instant since) {
  const Bytes encoded = ledger::encode(transaction);
  return {.transaction = transaction,
          .id = id,
          .election = election_of(transaction, id),
          .size_bytes = encoded.size(),
          .leaf = chain::leaf_hash(encoded),
          .lane = lane,
          .since = since};
}

std::optional<ledger::ElectionId> election_of(const ledger::Transaction& transaction, const ledger::TransactionId& id) {
  return std::visit(ElectionOf{id}, transaction.statement);
}

Position Line::append(Entry entry) {
  const Position position = back_++;
  insert(position, std::move(entry));
  return position;
}

void Line::prepend(std::vector<Entry> entries) {
  front_ -= static_cast<Position>(entries.size());
  Position position = front_;
  for (Entry& entry : entries) insert(position++, std::move(entry));
}

void Line::insert(Position position, Entry entry) {
  CHECK(by_id_.emplace(entry.id, position).second);
  CHECK(by_leaf_.emplace(entry.leaf, position).second);
  if (entry.election) by_election_[*entry.election].insert(position);
  ++by_author_[entry.transaction.author];
  size_bytes_ += entry.size_bytes;
  const Entry& placed = entries_.emplace(position, std::move(entry)).first->second;
  lanes_[static_cast<std::size_t>(placed.lane)].emplace(position, &placed);
  if (placed.is_open_vote()) note_open_vote(*placed.election, position, true);
}

void Line::note_open_vote(const ledger::ElectionId& election, Position position, bool waits) {
  std::set<Position>& votes = open_votes_[election];
  by_open_votes_.erase({votes.size(), election});
  waits ? void(votes.insert(position)) : void(votes.erase(position));
  if (votes.empty()) {
    open_votes_.erase(election);
  } else {
    by_open_votes_.emplace(votes.size(), election);
  }
}

void Line::erase(Position position) {
  const auto found = entries_.find(position);
  CHECK(found != entries_.end());
  const Entry& entry = found->second;
  by_id_.erase(entry.id);
  by_leaf_.erase(entry.leaf);
  lanes_[static_cast<std::size_t>(entry.lane)].erase(position);
  if (entry.is_open_vote()) note_open_vote(*entry.election, position, false);
  if (entry.election) {
    const auto positions = by_election_.find(*entry.election);
    positions->second.erase(position);
    if (positions->second.empty()) by_election_.erase(positions);
  }
  const auto author = by_author_.find(entry.transaction.author);
  if (--author->second == 0) by_author_.erase(author);
  size_bytes_ -= entry.size_bytes;
  entries_.erase(found);
}

std::optional<Position> Line::find(const ledger::TransactionId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Position> Line::find_leaf(const Hash256& leaf) const {
  const auto found = by_leaf_.find(leaf);
  return found == by_leaf_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Position> Line::positions_of(const ledger::ElectionId& election) const {
  const auto found = by_election_.find(election);
  if (found == by_election_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

std::size_t Line::count_of(const PublicKey& author) const {
  const auto found = by_author_.find(author);
  return found == by_author_.end() ? 0 : found->second;
}

bool Line::has_room_for(const Entry& newcomer, const Bounds& bounds) const {
  return entries_.size() < bounds.max_transactions && size_bytes_ + newcomer.size_bytes <= bounds.max_size_bytes;
}

std::vector<Position> Line::displaced_by(const Entry& newcomer, const Bounds& bounds) const {
  if (newcomer.lane == Lane::kRecords) return {};
  std::vector<Position> displaced;
  std::size_t freed_bytes = 0;
  const auto enough = [&] {
    return entries_.size() + 1 <= bounds.max_transactions + displaced.size() &&
           size_bytes_ + newcomer.size_bytes <= bounds.max_size_bytes + freed_bytes;
  };
  const LaneEntries& records = lane(Lane::kRecords);
  for (auto record = records.rbegin(); record != records.rend() && !enough(); ++record) {
    displaced.push_back(record->first);
    freed_bytes += record->second->size_bytes;
  }
  std::size_t keeps = 0;  // votes that an election with the most of them is left with
  if (newcomer.is_open_vote()) {
    const auto own = open_votes_.find(*newcomer.election);
    keeps = 1 + (own == open_votes_.end() ? 0 : own->second.size());
  }
  // Each time the largest election gives up its newest vote. Few are needed, because votes are much of a size.
  auto by_votes = by_open_votes_;
  std::map<ledger::ElectionId, std::size_t> given;
  while (!enough() && !by_votes.empty()) {
    const auto [count, election] = *by_votes.rbegin();
    if (count <= keeps) return {};
    const Position newest =
        *std::next(open_votes_.at(election).rbegin(), static_cast<std::ptrdiff_t>(given[election]++));
    displaced.push_back(newest);
    freed_bytes += at(newest).size_bytes;
    by_votes.erase({count, election});
    if (count > 1) by_votes.emplace(count - 1, election);
  }
  if (!enough()) return {};
  return displaced;
}

Position Line::least_wanted() const {
  CHECK(!entries_.empty());
  const LaneEntries& records = lane(Lane::kRecords);
  if (!records.empty()) return records.rbegin()->first;
  if (!by_open_votes_.empty()) return *open_votes_.at(by_open_votes_.rbegin()->second).rbegin();
  return entries_.rbegin()->first;
}

}  // namespace suara::mempool
