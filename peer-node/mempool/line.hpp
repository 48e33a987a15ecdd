// The waiting line: transactions in the order they came, and the ways of finding them. Knows no rules but one: who
// gives way when there is no room. In an open election every key is a voter, and anybody may sign records, so keys that
// cost nothing could fill any bound; what organisers say and votes of enrolled voters cannot be made up. Hence three
// lanes.
#pragma once

#include "common/util/time.hpp"
#include "peer-node/ledger/transaction.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace suara::mempool {

/// In a block the first lane goes first, and within a lane who came first. Of one election what is in a later lane
/// never has to precede what is in an earlier one: it closes after it was opened, and has votes after its lists stand.
enum class Lane : std::uint8_t {
  kElections,  ///< openings, candidates, rolls; all of elections with a roll; records of organisers
  kOpenVotes,  ///< votes in open elections, and their closing
  kRecords,    ///< of anybody
};
inline constexpr std::size_t kLanes = 3;

/// `electorate`: of the election it is about, unimportant for records.
Lane lane_of(const ledger::Transaction& transaction, ledger::Electorate electorate, bool by_organiser);

struct Entry {
  ledger::Transaction transaction;
  ledger::TransactionId id;
  std::optional<ledger::ElectionId> election;  ///< the one it is about; none for records
  std::size_t size_bytes = 0;                  ///< encoded
  Hash256 leaf;                                ///< of the block's Merkle tree
  Lane lane = Lane::kRecords;
  Instant since;

  /// Signed with a key that costs nothing: may have to give way.
  [[nodiscard]] bool is_open_vote() const {
    return lane == Lane::kOpenVotes && std::holds_alternative<ledger::CastVote>(transaction.statement);
  }
  [[nodiscard]] bool may_be_displaced() const { return lane == Lane::kRecords || is_open_vote(); }
};

/// None for records.
std::optional<ledger::ElectionId> election_of(const ledger::Transaction& transaction, const ledger::TransactionId& id);

Entry make_entry(const ledger::Transaction& transaction, const ledger::TransactionId& id, Lane lane, Instant since);

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
  [[nodiscard]] std::optional<Position> find_leaf(const Hash256& leaf) const;
  /// Of one election, ascending.
  [[nodiscard]] std::vector<Position> positions_of(const ledger::ElectionId& election) const;
  [[nodiscard]] bool has_any_of(const ledger::ElectionId& election) const { return by_election_.contains(election); }
  [[nodiscard]] std::size_t count_of(const PublicKey& author) const;
  [[nodiscard]] std::size_t size_bytes() const { return size_bytes_; }
  /// Of one lane, in the order they came.
  using LaneEntries = std::map<Position, const Entry*>;
  [[nodiscard]] const LaneEntries& lane(Lane lane) const { return lanes_[static_cast<std::size_t>(lane)]; }

  struct Bounds {
    std::size_t max_transactions;
    std::size_t max_size_bytes;
  };
  [[nodiscard]] bool has_room_for(const Entry& newcomer, const Bounds& bounds) const;
  /// Who gives way to a newcomer that has no room: the newest records first, then the newest vote of whichever open
  /// election has the most. To an open vote only those of elections with more than its own will have, to a record
  /// nobody. Empty when that is not enough.
  [[nodiscard]] std::vector<Position> displaced_by(const Entry& newcomer, const Bounds& bounds) const;
  /// Who leaves when there are too many: likewise, and the newest of all when nobody is left who gives way. Not of an
  /// empty line.
  [[nodiscard]] Position least_wanted() const;

 private:
  void insert(Position position, Entry entry);
  void note_open_vote(const ledger::ElectionId& election, Position position, bool waits);

  Entries entries_;
  std::array<LaneEntries, kLanes> lanes_;
  std::map<ledger::ElectionId, std::set<Position>> open_votes_;
  std::set<std::pair<std::size_t, ledger::ElectionId>> by_open_votes_;  // how many each of these elections has
  std::map<ledger::TransactionId, Position> by_id_;
  std::map<Hash256, Position> by_leaf_;
  std::map<ledger::ElectionId, std::set<Position>> by_election_;
  std::map<PublicKey, std::size_t> by_author_;
  std::size_t size_bytes_ = 0;
  Position front_ = 0;  // the lowest position given out, or 0
  Position back_ = 0;   // the next one at the end
};

}  // namespace suara::mempool
