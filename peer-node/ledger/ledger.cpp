#include "peer-node/ledger/ledger.hpp"

#include "common/util/check.hpp"
#include "peer-node/ledger/block_changes.hpp"
#include "peer-node/ledger/election_rules.hpp"
#include "peer-node/ledger/election_store.hpp"
#include "peer-node/store/schema.hpp"

namespace suara::ledger {
namespace {

using chain::RuleError;

Result<void> check_as(const TransactionId& id, const Rules& rules, const store::StoreView& view,
                      const Transaction& transaction, const BlockContext& context) {
  if (find_transaction(view, id)) return Error(RuleError::kDuplicateTransaction, id.hex());
  return std::visit(ElectionRules{rules, view, transaction.author, id, context}, transaction.statement);
}

// What a statement that passed the rules changes.
struct Effect {
  const PublicKey& author;
  const TransactionId& id;
  store::WritableView& view;

  void operator()(const OpenElection& open) const {
    ElectionState election;
    election.id = ElectionId(id);
    election.organiser = author;
    election.definition = open;
    put_election(view, election);
  }

  void operator()(const AddCandidates& add) const {
    change(add.election, [&](ElectionState& election) {
      auto& candidates = election.definition.candidates;
      candidates.insert(candidates.end(), add.candidates.begin(), add.candidates.end());
    });
  }

  void operator()(const EnrolVoters& enrol) const {
    for (const Enrolment& voter : enrol.voters) put_enrolment(view, enrol.election, voter);
    change(enrol.election, [&](ElectionState& election) { election.enrolled += enrol.voters.size(); });
  }

  void operator()(const CloseElection& close) const {
    change(close.election, [](ElectionState& election) { election.closed_early = true; });
  }

  void operator()(const CastVote& vote) const { put_vote(view, vote.election, {author, vote.candidate, id}); }

  void operator()(const Record&) const {}

  template <class Change>
  void change(const ElectionId& id_of_election, const Change& change_it) const {
    auto election = find_election(view, id_of_election);
    CHECK(election.has_value());
    change_it(*election);
    put_election(view, *election);
  }
};

Result<void> apply_as(const TransactionId& id, const Rules& rules, const Transaction& transaction,
                      const BlockContext& context, std::uint32_t index, store::WritableView& view) {
  SUARA_TRY(check_as(id, rules, view, transaction, context));
  put_location(view, id, {context.block, index});
  std::visit(Effect{transaction.author, id, view}, transaction.statement);
  return {};
}

// The rows that every transaction, and every vote, is looked up by.
void read_ahead(const std::vector<Transaction>& transactions, const std::vector<TransactionId>& ids,
                BlockChanges& changes) {
  std::vector<std::string_view> keys;
  keys.reserve(ids.size());
  for (const TransactionId& id : ids) keys.push_back(as_text(id.view()));
  changes.read_ahead(node_store::kTransactions, keys);

  std::vector<std::string> votes;
  for (const Transaction& transaction : transactions) {
    const auto* vote = std::get_if<CastVote>(&transaction.statement);
    if (vote != nullptr) votes.push_back(vote_key(vote->election, transaction.author));
  }
  changes.read_ahead(node_store::kVotes, {votes.begin(), votes.end()});
}

}  // namespace

Result<void> check(const Rules& rules, const store::StoreView& view, const Transaction& transaction,
                   const BlockContext& context) {
  return check_as(transaction_id(transaction), rules, view, transaction, context);
}

Result<void> apply(const Rules& rules, const Transaction& transaction, const BlockContext& context, std::uint32_t index,
                   store::WritableView& view) {
  return apply_as(transaction_id(transaction), rules, transaction, context, index, view);
}

Applied apply_block(const Rules& rules, const std::vector<Transaction>& transactions,
                    const std::vector<TransactionId>& ids, const BlockContext& context, store::Draft& draft) {
  CHECK(ids.size() == transactions.size());
  BlockChanges changes(draft);
  read_ahead(transactions, ids, changes);
  for (std::uint32_t index = 0; index < transactions.size(); ++index) {
    if (auto applied = apply_as(ids[index], rules, transactions[index], context, index, changes); !applied) {
      return {.undo = {}, .error = BlockError{index, applied.error()}};
    }
  }
  return {.undo = changes.move_to(draft), .error = std::nullopt};
}

Applied apply_block(const Rules& rules, const std::vector<Transaction>& transactions, const BlockContext& context,
                    store::Draft& draft) {
  std::vector<TransactionId> ids;
  ids.reserve(transactions.size());
  for (const Transaction& transaction : transactions) ids.push_back(transaction_id(transaction));
  return apply_block(rules, transactions, ids, context, draft);
}

}  // namespace suara::ledger
