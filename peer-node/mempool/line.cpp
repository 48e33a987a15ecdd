#include "peer-node/mempool/line.hpp"

#include "common/util/check.hpp"

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

}  // namespace

Entry make_entry(const ledger::Transaction& transaction, const ledger::TransactionId& id, Instant since) {
  return {.transaction = transaction,
          .id = id,
          .election = std::visit(ElectionOf{id}, transaction.statement),
          .size_bytes = ledger::encode(transaction).size(),
          .since = since};
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
  if (entry.election) by_election_[*entry.election].insert(position);
  ++by_author_[entry.transaction.author];
  size_bytes_ += entry.size_bytes;
  entries_.emplace(position, std::move(entry));
}

void Line::erase(Position position) {
  const auto found = entries_.find(position);
  CHECK(found != entries_.end());
  const Entry& entry = found->second;
  by_id_.erase(entry.id);
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

std::vector<Position> Line::positions_of(const ledger::ElectionId& election) const {
  const auto found = by_election_.find(election);
  if (found == by_election_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

std::size_t Line::count_of(const PublicKey& author) const {
  const auto found = by_author_.find(author);
  return found == by_author_.end() ? 0 : found->second;
}

}  // namespace suara::mempool
