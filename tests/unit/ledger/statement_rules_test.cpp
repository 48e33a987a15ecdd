#include "peer-node/ledger/limits.hpp"
#include "tests/unit/ledger/ledger_fixture.hpp"

#include <gtest/gtest.h>

namespace suara::ledger {
namespace {

using chain::RuleError;

Result<void> check_alone(const Statement& statement) {
  return check_statement(LedgerFixture{}.rules, by_organiser(statement));
}

OpenElection with_candidates(std::vector<std::string> candidates) {
  OpenElection open = small_election();
  open.candidates = std::move(candidates);
  return open;
}

TEST(StatementRules, AcceptsSensibleStatements) {
  EXPECT_TRUE(check_alone(small_election()));
  EXPECT_TRUE(check_alone(AddCandidates{{}, {"Dora"}}));
  EXPECT_TRUE(check_alone(EnrolVoters{{}, {{"v1", key_of("v1")}, {"v2", key_of("v2")}}}));
  EXPECT_TRUE(check_alone(CloseElection{}));
  EXPECT_TRUE(check_alone(CastVote{}));
  EXPECT_TRUE(check_alone(Record{0, "two\nlines"}));
}

TEST(StatementRules, TextsAreChecked) {
  OpenElection open = small_election();
  open.title = "";
  EXPECT_TRUE(check_alone(open).error() == RuleError::kBadText);
  open.title = std::string(kMaxTextSizeBytes + 1, 'x');
  EXPECT_TRUE(check_alone(open).error() == RuleError::kBadText);
  EXPECT_TRUE(check_alone(with_candidates({"Alice", "\xff"})).error() == RuleError::kBadText);
  EXPECT_TRUE(check_alone(with_candidates({"Alice", ""})).error() == RuleError::kBadText);
  EXPECT_TRUE(check_alone(AddCandidates{{}, {"a\nb"}}).error() == RuleError::kBadText);
  EXPECT_TRUE(check_alone(EnrolVoters{{}, {{"\x1b", key_of("v")}}}).error() == RuleError::kBadText);
  EXPECT_TRUE(check_alone(Record{0, ""}).error() == RuleError::kBadText);
  EXPECT_TRUE(check_alone(Record{0, "\xc0\x80"}).error() == RuleError::kBadText);
}

TEST(StatementRules, CandidatesAreSomeAndDifferent) {
  EXPECT_TRUE(check_alone(with_candidates({})).error() == RuleError::kBadCandidates);
  EXPECT_TRUE(check_alone(with_candidates({"Alice", "Bob", "Alice"})).error() == RuleError::kBadCandidates);
  EXPECT_TRUE(check_alone(AddCandidates{{}, {}}).error() == RuleError::kBadCandidates);
  EXPECT_TRUE(check_alone(with_candidates({"Only"})));
}

TEST(StatementRules, ElectionsCloseAfterTheyOpen) {
  OpenElection open = small_election();
  open.closes_at_ms = open.opens_at_ms;
  EXPECT_TRUE(check_alone(open).error() == RuleError::kBadSchedule);
  ++open.closes_at_ms;
  EXPECT_TRUE(check_alone(open));
}

TEST(StatementRules, EnrolmentsNameDifferentVotersWithKeysOnTheCurve) {
  EXPECT_TRUE(check_alone(EnrolVoters{{}, {}}).error() == RuleError::kBadText);
  EXPECT_TRUE(check_alone(EnrolVoters{{}, {{"v", PublicKey{}}}}).error() == RuleError::kBadPublicKey);
  EXPECT_TRUE(check_alone(EnrolVoters{{}, {{"v", key_of("1")}, {"v", key_of("2")}}}).error() ==
              RuleError::kVoterExists);
  EXPECT_TRUE(check_alone(EnrolVoters{{}, {{"v", key_of("1")}, {"w", key_of("1")}}}).error() ==
              RuleError::kVoterExists);
}

TEST(StatementRules, AuthorsAreOnTheCurve) {
  EXPECT_TRUE(check_statement({}, statement_by(PublicKey{}, CastVote{})).error() == RuleError::kBadPublicKey);
}

TEST(StatementRules, RecordsAreHeldToTheNetworksCap) {
  EXPECT_TRUE(check_alone(Record{0, std::string(100, 'x')}));
  EXPECT_TRUE(check_alone(Record{0, std::string(101, 'x')}).error() == RuleError::kRecordTooLarge);
}

}  // namespace
}  // namespace suara::ledger
