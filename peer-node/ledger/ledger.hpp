// Elections and votes: what a transaction does to the state, and whether it may. State lives in the store families
// kTransactions to kRollNames of store/schema.hpp and is derived from blocks alone.
#pragma once

#include "common/store/draft.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/ledger/transaction.hpp"

#include <optional>
#include <string>
#include <vector>

namespace suara::ledger {

/// What the rules need to know of the network; made once from the chain specification.
struct Rules {
  std::vector<PublicKey> organisers;
  std::uint32_t max_record_size_bytes = 1024;
};

/// The block a transaction is (or would be) in.
struct BlockContext {
  Hash256 block;  ///< its id; zero for a block that is still to be made
  std::uint64_t height = 0;
  std::uint64_t time_ms = 0;
};

struct ElectionState {
  ElectionId id;
  PublicKey organiser;
  OpenElection definition;  ///< with added candidates
  bool closed_early = false;
  std::uint64_t enrolled = 0;  ///< roll elections
  std::uint64_t votes = 0;
};

/// What a transaction shows by itself, state aside: texts, candidates, schedule, point on the curve. Not the signature.
Result<void> check_statement(const Rules& rules, const Transaction& transaction);

/// The ledger rules against `view`. Errors: RuleError.
Result<void> check(const Rules& rules, const store::StoreView& view, const Transaction& transaction,
                   const BlockContext& context);
/// check, then write. On error nothing is written. `index`: the transaction's place in its block.
Result<void> apply(const Rules& rules, const Transaction& transaction, const BlockContext& context, std::uint32_t index,
                   store::WritableView& view);

struct BlockError {
  std::uint32_t index = 0;  ///< which transaction
  Error error;
};
struct Applied {
  std::string undo;                 ///< the former value of every key written
  std::optional<BlockError> error;  ///< set: nothing was written
};
/// All or nothing. `ids`: the transactions', in their order.
Applied apply_block(const Rules& rules, const std::vector<Transaction>& transactions,
                    const std::vector<TransactionId>& ids, const BlockContext& context, store::Draft& draft);
/// Likewise, for who has no ids yet.
Applied apply_block(const Rules& rules, const std::vector<Transaction>& transactions, const BlockContext& context,
                    store::Draft& draft);
/// Exactly reverses apply_block. `undo` comes from our own store; damage is a CHECK.
void undo_block(std::string_view undo, store::Draft& draft);

// -- reading --

struct Location {
  Hash256 block;
  std::uint32_t index = 0;
};
std::optional<Location> find_transaction(const store::StoreView& view, const TransactionId& id);
std::optional<ElectionState> find_election(const store::StoreView& view, const ElectionId& id);
/// In order of id, after `after`, at most `limit`.
std::vector<ElectionState> elections(const store::StoreView& view, std::optional<ElectionId> after, std::size_t limit);
/// Votes per candidate, by index.
std::vector<std::uint64_t> tally(const store::StoreView& view, const ElectionState& election);

struct VoteEntry {
  PublicKey voter;
  std::uint16_t candidate = 0;
  TransactionId transaction;
};
std::optional<VoteEntry> find_vote(const store::StoreView& view, const ElectionId& election, const PublicKey& voter);
std::vector<VoteEntry> votes(const store::StoreView& view, const ElectionId& election, std::optional<PublicKey> after,
                             std::size_t limit);

}  // namespace suara::ledger
