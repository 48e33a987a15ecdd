#include "peer-node/ledger/limits.hpp"
#include "tests/unit/ledger/ledger_fixture.hpp"

#include <gtest/gtest.h>

namespace suara::ledger {
namespace {

using chain::RuleError;

// Small elections open at 1,000 ms and close at 2,000 ms.

Error error_of(const Result<void>& result) { return result ? Error() : result.error(); }

TEST(ElectionRules, OnlyOrganisersOpenElections) {
  LedgerFixture ledger;
  EXPECT_TRUE(error_of(ledger.apply_at(0, statement_by(key_of("anyone"), small_election()))) ==
              RuleError::kNotAnOrganiser);
  EXPECT_TRUE(ledger.apply_at(0, by_organiser(small_election())));
}

TEST(ElectionRules, ATransactionIsInTheChainOnce) {
  LedgerFixture ledger;
  ledger.open();
  EXPECT_TRUE(error_of(ledger.apply_at(0, by_organiser(small_election()))) == RuleError::kDuplicateTransaction);
  EXPECT_TRUE(ledger.apply_at(0, by_organiser(Record{1, "x"})));
  EXPECT_TRUE(error_of(ledger.apply_at(0, by_organiser(Record{1, "x"}))) == RuleError::kDuplicateTransaction);
  EXPECT_TRUE(ledger.apply_at(0, by_organiser(Record{2, "x"})));
}

TEST(ElectionRules, AnElectionThatIsOverCannotBeOpened) {
  LedgerFixture ledger;
  EXPECT_TRUE(error_of(ledger.apply_at(2'000, by_organiser(small_election()))) == RuleError::kElectionClosed);
  EXPECT_TRUE(ledger.apply_at(1'999, by_organiser(small_election())));
}

TEST(ElectionRules, StatementsNeedAnElection) {
  LedgerFixture ledger;
  const ElectionId unknown(sha256(as_bytes("unknown")));
  const std::vector<Statement> statements{AddCandidates{unknown, {"x"}}, EnrolVoters{unknown, {{"v", key_of("v")}}},
                                          CloseElection{unknown}, CastVote{unknown, 0}};
  for (const Statement& statement : statements) {
    EXPECT_TRUE(error_of(ledger.apply_at(0, by_organiser(statement))) == RuleError::kUnknownElection);
  }
}

TEST(ElectionRules, OnlyItsOwnOrganiserChangesAnElection) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open(small_election(Electorate::kRoll));
  const std::vector<Statement> statements{AddCandidates{id, {"Dora"}}, EnrolVoters{id, {{"v", key_of("v")}}},
                                          CloseElection{id}};
  for (const Statement& statement : statements) {
    const auto other = statement_by(kOtherOrganiser.public_key(), statement);
    EXPECT_TRUE(error_of(ledger.apply_at(0, other)) == RuleError::kNotAnOrganiser);
    EXPECT_TRUE(ledger.apply_at(0, by_organiser(statement)));
  }
}

TEST(ElectionRules, CandidatesJoinInOrderUntilTheElectionOpens) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open();
  EXPECT_TRUE(ledger.apply_at(999, by_organiser(AddCandidates{id, {"Dora", "Emil"}})));
  EXPECT_EQ(find_election(ledger.disk, id)->definition.candidates,
            (std::vector<std::string>{"Alice", "Bob", "Charlie", "Dora", "Emil"}));
  EXPECT_TRUE(error_of(ledger.apply_at(999, by_organiser(AddCandidates{id, {"Fay", "Bob"}}))) ==
              RuleError::kBadCandidates);
  EXPECT_TRUE(error_of(ledger.apply_at(1'000, by_organiser(AddCandidates{id, {"Fay"}}))) == RuleError::kElectionFrozen);
  EXPECT_TRUE(ledger.apply_at(1'000, vote_by("v", id, 4)));
}

TEST(ElectionRules, AnElectionHasAtMostAThousandCandidates) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open();
  AddCandidates add{id, {}};
  for (std::size_t i = 3; i < kMaxCandidates; ++i) add.candidates.push_back("candidate " + std::to_string(i));
  EXPECT_TRUE(ledger.apply_at(0, by_organiser(add)));
  EXPECT_TRUE(error_of(ledger.apply_at(0, by_organiser(AddCandidates{id, {"one more"}}))) == RuleError::kBadCandidates);
}

TEST(ElectionRules, RollsAreForRollElectionsAndFreezeWhenTheElectionOpens) {
  LedgerFixture ledger;
  const ElectionId open = ledger.open();
  EXPECT_TRUE(error_of(ledger.apply_at(0, by_organiser(EnrolVoters{open, {{"v", key_of("v")}}}))) ==
              RuleError::kNotARollElection);
  const ElectionId roll = ledger.open(small_election(Electorate::kRoll));
  EXPECT_TRUE(ledger.apply_at(999, by_organiser(EnrolVoters{roll, {{"v", key_of("v")}, {"w", key_of("w")}}})));
  EXPECT_EQ(find_election(ledger.disk, roll)->enrolled, 2U);
  EXPECT_TRUE(error_of(ledger.apply_at(1'000, by_organiser(EnrolVoters{roll, {{"x", key_of("x")}}}))) ==
              RuleError::kElectionFrozen);
}

TEST(ElectionRules, NamesAndKeysAreOnARollOnce) {
  LedgerFixture ledger;
  const ElectionId roll = ledger.open(small_election(Electorate::kRoll));
  EXPECT_TRUE(ledger.apply_at(0, by_organiser(EnrolVoters{roll, {{"v", key_of("v")}}})));
  EXPECT_TRUE(error_of(ledger.apply_at(0, by_organiser(EnrolVoters{roll, {{"v", key_of("w")}}}))) ==
              RuleError::kVoterExists);
  EXPECT_TRUE(error_of(ledger.apply_at(0, by_organiser(EnrolVoters{roll, {{"w", key_of("v")}}}))) ==
              RuleError::kVoterExists);
  // Rolls of different elections have nothing to do with each other.
  OpenElection second = small_election(Electorate::kRoll);
  second.title = "Second";
  const ElectionId other = ledger.open(second);
  EXPECT_TRUE(ledger.apply_at(0, by_organiser(EnrolVoters{other, {{"v", key_of("v")}}})));
}

TEST(ElectionRules, VotesCountFromOpeningUntilClosing) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open();
  EXPECT_TRUE(error_of(ledger.apply_at(999, vote_by("a", id, 0))) == RuleError::kElectionNotOpen);
  EXPECT_TRUE(ledger.apply_at(1'000, vote_by("a", id, 0)));
  EXPECT_TRUE(ledger.apply_at(1'999, vote_by("b", id, 0)));
  EXPECT_TRUE(error_of(ledger.apply_at(2'000, vote_by("c", id, 0))) == RuleError::kElectionClosed);
}

TEST(ElectionRules, AClosedElectionTakesNothingMore) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open(small_election(Electorate::kRoll));
  EXPECT_TRUE(ledger.apply_at(0, by_organiser(EnrolVoters{id, {{"v", key_of("v")}}})));
  EXPECT_TRUE(ledger.apply_at(500, by_organiser(CloseElection{id})));
  EXPECT_TRUE(find_election(ledger.disk, id)->closed_early);
  EXPECT_TRUE(error_of(ledger.apply_at(1'500, vote_by("v", id, 0))) == RuleError::kElectionClosed);
  EXPECT_TRUE(error_of(ledger.apply_at(600, by_organiser(AddCandidates{id, {"Dora"}}))) == RuleError::kElectionClosed);
  EXPECT_TRUE(error_of(ledger.apply_at(600, by_organiser(EnrolVoters{id, {{"w", key_of("w")}}}))) ==
              RuleError::kElectionClosed);
}

TEST(ElectionRules, AnElectionIsNotClosedAfterItsTime) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open();
  EXPECT_TRUE(error_of(ledger.apply_at(2'000, by_organiser(CloseElection{id}))) == RuleError::kElectionClosed);
}

TEST(ElectionRules, VotesAreForCandidatesThereAre) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open();
  EXPECT_TRUE(error_of(ledger.apply_at(1'000, vote_by("a", id, 3))) == RuleError::kUnknownCandidate);
  EXPECT_TRUE(ledger.apply_at(1'000, vote_by("a", id, 2)));
}

}  // namespace
}  // namespace suara::ledger
