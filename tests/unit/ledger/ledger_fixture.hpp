// A ledger with one organiser, and short ways of saying what people say on it.
#pragma once

#include "common/store/draft.hpp"
#include "common/store/memory_store.hpp"
#include "peer-node/ledger/ledger.hpp"

#include <string>
#include <utility>
#include <vector>

namespace suara::ledger {

inline const PrivateKey kOrganiser = PrivateKey::from_seed("organiser");
inline const PrivateKey kOtherOrganiser = PrivateKey::from_seed("other organiser");

inline PublicKey key_of(const std::string& name) { return PrivateKey::from_seed(name).public_key(); }

/// Unsigned: the ledger's rules leave signatures to others.
inline Transaction statement_by(const PublicKey& author, Statement statement) {
  return {author, std::move(statement), {}};
}
inline Transaction by_organiser(Statement statement) {
  return statement_by(kOrganiser.public_key(), std::move(statement));
}
inline Transaction vote_by(const std::string& voter, const ElectionId& election, std::uint16_t candidate) {
  return statement_by(key_of(voter), CastVote{election, candidate});
}

/// Opens at 1,000 ms and closes at 2,000 ms.
inline OpenElection small_election(Electorate electorate = Electorate::kOpen) {
  return {"Board", {"Alice", "Bob", "Charlie"}, electorate, 1'000, 2'000};
}

struct LedgerFixture {
  Rules rules{{kOrganiser.public_key(), kOtherOrganiser.public_key()}, 100};
  store::MemoryStore disk;

  /// A block of one transaction; its undo data is dropped.
  Result<void> apply_at(std::uint64_t time_ms, const Transaction& transaction) {
    store::Draft draft(disk);
    const Applied applied = apply_block(rules, {transaction}, {Hash256{}, 1, time_ms}, draft);
    if (applied.error) return applied.error->error;
    disk.apply(draft.take());
    return {};
  }

  ElectionId open(const OpenElection& election = small_election(), std::uint64_t time_ms = 0) {
    const Transaction opening = by_organiser(election);
    apply_at(time_ms, opening).value();
    return ElectionId(transaction_id(opening));
  }
};

}  // namespace suara::ledger
