// The waiting line: transactions in the order they came, and the ways of finding them. Knows no rules.
#pragma once

#include "common/util/time.hpp"
#include "peer-node/ledger/transaction.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace suara::mempool {

struct Entry {
  ledger::Transaction transaction;
  ledger::TransactionId id;
  std::optional<ledger::ElectionId> election;  ///< the one it is about; none for records
  std::size_t size_bytes = 0;                  ///< encoded
  Instant since;
};

Entry make_entry(const ledger::Transaction& transaction, const ledger::TransactionId& id, Instant since);

/// Where in the line; lower came first. Positions of entries never change.
using Position = std::int64_t;

/// Ids are unique. Its bounds are the mempool's to hold.
class Line {
 public:
  Position append(Entry entry);
  /// In front of all others, keeping the order among them.
  void prepend(std::vector<Entry> entries);
  void erase(Position position);

  using Entries = std::map<Position, Entry>;
  [[nodiscard]] const Entries& entries() const { return entries_; }
  [[nodiscard]] const Entry& at(Position position) const { return entries_.at(position); }
  [[nodiscard]] std::optional<Position> find(const ledger::TransactionId& id) const;
  /// Of one election, ascending.
  [[nodiscard]] std::vector<Position> positions_of(const ledger::ElectionId& election) const;
  [[nodiscard]] bool has_any_of(const ledger::ElectionId& election) const { return by_election_.contains(election); }
  [[nodiscard]] std::size_t count_of(const PublicKey& author) const;
  [[nodiscard]] std::size_t size_bytes() const { return size_bytes_; }

 private:
  void insert(Position position, Entry entry);

  Entries entries_;
  std::map<ledger::TransactionId, Position> by_id_;
  std::map<ledger::ElectionId, std::set<Position>> by_election_;
  std::map<PublicKey, std::size_t> by_author_;
  std::size_t size_bytes_ = 0;
  Position front_ = 0;  // the lowest position given out, or 0
  Position back_ = 0;   // the next one at the end
};

}  // namespace suara::mempool
