// What a transaction may do, given what earlier ones did. Two elections, one open and one with a roll; votes count from
// 1,000 ms to before 2,000 ms.
#include "common/store/memory_store.hpp"
#include "common/util/check.hpp"
#include "peer-node/ledger/ledger.hpp"
#include "peer-node/ledger/limits.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/rules/corpus.hpp"
#include "tests/support/chain_builder.hpp"

namespace suara::testing {
namespace {

using chain::RuleError;
using namespace ledger;  // NOLINT(google-build-using-namespace): all six kinds

constexpr std::uint64_t kOpensMs = 1'000;
constexpr std::uint64_t kClosesMs = 2'000;

const PrivateKey& other_organiser() {
  static const PrivateKey key = PrivateKey::from_seed("another test organiser");
  return key;
}

OpenElection election(Electorate electorate) { return {"Mayor", {"Alice", "Bob"}, electorate, kOpensMs, kClosesMs}; }

Transaction by(const PrivateKey& author, Statement statement) {
  return {author.public_key(), std::move(statement), {}};
}

ElectionId id_of(Electorate electorate) {
  return ElectionId(transaction_id(by(organiser_key(), election(electorate))));
}
ElectionId open() { return id_of(Electorate::kOpen); }
ElectionId roll() { return id_of(Electorate::kRoll); }

/// A block after another, one transaction each; both elections were opened at 0 ms, voter 1 is on the roll.
class Stage {
 public:
  Stage() {
    before(0, organiser_key(), election(Electorate::kOpen));
    before(0, organiser_key(), election(Electorate::kRoll));
    before(0, organiser_key(), EnrolVoters{roll(), {{"voter 1", voter_key(1).public_key()}}});
  }
  /// What has to be accepted first.
  Stage& before(std::uint64_t time_ms, const PrivateKey& author, Statement statement) {
    const auto accepted = then(time_ms, author, std::move(statement));
    CHECK(accepted.has_value());
    return *this;
  }
  /// The one in question.
  Result<void> then(std::uint64_t time_ms, const PrivateKey& author, Statement statement) {
    const Transaction transaction = by(author, std::move(statement));
    SUARA_TRY(check_statement(rules_, transaction));
    store::Draft draft(disk_);
    const Applied applied = apply_block(rules_, {transaction}, {Hash256{}, 1, time_ms}, draft);
    if (applied.error) return applied.error->error;
    disk_.apply(draft.take());
    return {};
  }
  /// As if the opening were not found any more, though the election is.
  Stage& forget_transactions() {
    store::WriteBatch batch;
    disk_.scan(node_store::kTransactions, {}, [&](std::string_view key, std::string_view) {
      batch.remove(node_store::kTransactions, std::string(key));
      return true;
    });
    disk_.apply(batch);
    return *this;
  }

 private:
  Rules rules_{{organiser_key().public_key(), other_organiser().public_key()}, 100};
  store::MemoryStore disk_;
};

std::vector<std::string> more_candidates(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("candidate " + std::to_string(i));
  return names;
}

Result<void> vote_at(std::uint64_t time_ms) { return Stage().then(time_ms, voter_key(1), CastVote{open(), 0}); }
Result<void> vote_for(std::uint16_t candidate) {
  return Stage().then(kOpensMs, voter_key(1), CastVote{open(), candidate});
}
Result<void> enrol(std::string name, std::uint64_t key) {
  return Stage().then(0, organiser_key(), EnrolVoters{roll(), {{std::move(name), voter_key(key).public_key()}}});
}
Result<void> add_at(std::uint64_t time_ms, const PrivateKey& author = organiser_key()) {
  return Stage().then(time_ms, author, AddCandidates{open(), {"Charlie"}});
}
Result<void> close_at(std::uint64_t time_ms, const PrivateKey& author = organiser_key()) {
  return Stage().then(time_ms, author, CloseElection{open()});
}
OpenElection another() { return {"Council", {"Dora"}, Electorate::kOpen, kOpensMs, kClosesMs}; }

}  // namespace

std::vector<RuleRow> ledger_rows() {
  return {
      {RuleError::kNotAnOrganiser, "opened by the second organiser",
       [] { return Stage().then(0, other_organiser(), another()); }, "opened by a voter",
       [] { return Stage().then(0, voter_key(1), another()); }},
      {RuleError::kNotAnOrganiser, "closed by who opened it", [] { return close_at(kOpensMs); },
       "closed by another organiser", [] { return close_at(kOpensMs, other_organiser()); }},
      {RuleError::kNotAnOrganiser, "candidates added by who opened it", [] { return add_at(0); },
       "by another organiser", [] { return add_at(0, other_organiser()); }},
      {RuleError::kUnknownElection, "a vote in an election", [] { return vote_at(kOpensMs); }, "in none",
       [] { return Stage().then(kOpensMs, voter_key(1), CastVote{ElectionId(), 0}); }},
      {RuleError::kElectionExists, "another election",
       [] { return Stage().forget_transactions().then(0, organiser_key(), another()); },
       "one that is in the state already",
       [] { return Stage().forget_transactions().then(0, organiser_key(), election(Electorate::kOpen)); }},
      {RuleError::kElectionFrozen, "candidates a millisecond before it opens", [] { return add_at(kOpensMs - 1); },
       "when it opens", [] { return add_at(kOpensMs); }},
      {RuleError::kElectionFrozen, "a voter a millisecond before it opens",
       [] {
         return Stage().then(kOpensMs - 1, organiser_key(), EnrolVoters{roll(), {{"2", voter_key(2).public_key()}}});
       },
       "when it opens",
       [] { return Stage().then(kOpensMs, organiser_key(), EnrolVoters{roll(), {{"2", voter_key(2).public_key()}}}); }},
      {RuleError::kNotARollElection, "enrolled where there is a roll", [] { return enrol("voter 2", 2); },
       "where there is none",
       [] { return Stage().then(0, organiser_key(), EnrolVoters{open(), {{"2", voter_key(2).public_key()}}}); }},
      {RuleError::kVoterExists, "another name and key", [] { return enrol("voter 2", 2); },
       "a name that is on the roll", [] { return enrol("voter 1", 2); }},
      {RuleError::kVoterExists, "another name and key", [] { return enrol("voter 2", 2); }, "a key that is on the roll",
       [] { return enrol("voter 2", 1); }},
      {RuleError::kBadCandidates, "998 more than the two there are",
       [] { return Stage().then(0, organiser_key(), AddCandidates{open(), more_candidates(kMaxCandidates - 2)}); },
       "999 more",
       [] { return Stage().then(0, organiser_key(), AddCandidates{open(), more_candidates(kMaxCandidates - 1)}); }},
      {RuleError::kBadCandidates, "a new candidate", [] { return add_at(0); }, "one who stands already",
       [] { return Stage().then(0, organiser_key(), AddCandidates{open(), {"Bob"}}); }},
      {RuleError::kElectionNotOpen, "a vote when it opens", [] { return vote_at(kOpensMs); }, "a millisecond before",
       [] { return vote_at(kOpensMs - 1); }},
      {RuleError::kElectionClosed, "a vote a millisecond before it closes", [] { return vote_at(kClosesMs - 1); },
       "when it closes", [] { return vote_at(kClosesMs); }},
      {RuleError::kElectionClosed, "a vote before its organiser closes it", [] { return vote_at(kOpensMs); },
       "after that",
       [] {
         return Stage()
             .before(kOpensMs, organiser_key(), CloseElection{open()})
             .then(kOpensMs, voter_key(1), CastVote{open(), 0});
       }},
      {RuleError::kElectionClosed, "closed a millisecond before it closes", [] { return close_at(kClosesMs - 1); },
       "when it has", [] { return close_at(kClosesMs); }},
      {RuleError::kElectionClosed, "opened a millisecond before it would close",
       [] { return Stage().then(kClosesMs - 1, organiser_key(), another()); }, "when it would have closed",
       [] { return Stage().then(kClosesMs, organiser_key(), another()); }},
      {RuleError::kElectionClosed, "candidates before its organiser closes it", [] { return add_at(0); }, "after that",
       [] {
         return Stage()
             .before(0, organiser_key(), CloseElection{open()})
             .then(0, organiser_key(), AddCandidates{open(), {"Charlie"}});
       }},
      {RuleError::kNotEnrolled, "a voter on the roll",
       [] { return Stage().then(kOpensMs, voter_key(1), CastVote{roll(), 0}); }, "one who is not",
       [] { return Stage().then(kOpensMs, voter_key(2), CastVote{roll(), 0}); }},
      {RuleError::kUnknownCandidate, "the last candidate", [] { return vote_for(1); }, "one further",
       [] { return vote_for(2); }},
      {RuleError::kUnknownCandidate, "a candidate that was added",
       [] {
         return Stage()
             .before(0, organiser_key(), AddCandidates{open(), {"Charlie"}})
             .then(kOpensMs, voter_key(1), CastVote{open(), 2});
       },
       "the highest number there is", [] { return vote_for(UINT16_MAX); }},
      {RuleError::kAlreadyVoted, "one vote in each of two elections",
       [] {
         return Stage()
             .before(kOpensMs, voter_key(1), CastVote{open(), 0})
             .then(kOpensMs, voter_key(1), CastVote{roll(), 0});
       },
       "two in one",
       [] {
         return Stage()
             .before(kOpensMs, voter_key(1), CastVote{open(), 0})
             .then(kOpensMs, voter_key(1), CastVote{open(), 1});
       }},
  };
}

}  // namespace suara::testing
