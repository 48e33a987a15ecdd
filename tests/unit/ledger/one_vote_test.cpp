#include "tests/unit/ledger/ledger_fixture.hpp"

#include <gtest/gtest.h>

namespace suara::ledger {
namespace {

using chain::RuleError;

TEST(OneVote, TheFirstVoteOfAKeyCounts) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open();
  EXPECT_TRUE(ledger.apply_at(1'000, vote_by("a", id, 0)));
  EXPECT_TRUE(ledger.apply_at(1'100, vote_by("a", id, 1)).error() == RuleError::kAlreadyVoted);
  EXPECT_TRUE(ledger.apply_at(1'100, vote_by("b", id, 1)));
  EXPECT_EQ(tally(ledger.disk, *find_election(ledger.disk, id)), (std::vector<std::uint64_t>{1, 1, 0}));
}

TEST(OneVote, SameBlockIsNoWayAround) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open();
  store::Draft draft(ledger.disk);
  const Applied applied =
      apply_block(ledger.rules, {vote_by("a", id, 0), vote_by("b", id, 0), vote_by("a", id, 1)}, {{}, 2, 1'000}, draft);
  ASSERT_TRUE(applied.error);
  EXPECT_EQ(applied.error->index, 2U);
  EXPECT_TRUE(applied.error->error == RuleError::kAlreadyVoted);
  EXPECT_TRUE(draft.empty()) << "a block is applied as a whole or not at all";
}

TEST(OneVote, EachElectionGivesAVote) {
  LedgerFixture ledger;
  const ElectionId first = ledger.open();
  OpenElection other = small_election();
  other.title = "Other";
  const ElectionId second = ledger.open(other);
  EXPECT_TRUE(ledger.apply_at(1'000, vote_by("a", first, 0)));
  EXPECT_TRUE(ledger.apply_at(1'000, vote_by("a", second, 0)));
}

TEST(OneVote, OnlyEnrolledKeysVoteInARollElectionAndOnce) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open(small_election(Electorate::kRoll));
  EXPECT_TRUE(ledger.apply_at(0, by_organiser(EnrolVoters{id, {{"a", key_of("a")}}})));
  EXPECT_TRUE(ledger.apply_at(1'000, vote_by("b", id, 0)).error() == RuleError::kNotEnrolled);
  EXPECT_TRUE(ledger.apply_at(1'000, vote_by("a", id, 0)));
  EXPECT_TRUE(ledger.apply_at(1'000, vote_by("a", id, 1)).error() == RuleError::kAlreadyVoted);
}

TEST(OneVote, AVoteThatDidNotCountUsesNothingUp) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open();
  EXPECT_FALSE(ledger.apply_at(999, vote_by("a", id, 0)));
  EXPECT_FALSE(ledger.apply_at(1'000, vote_by("a", id, 9)));
  EXPECT_TRUE(ledger.apply_at(1'000, vote_by("a", id, 1)));
}

}  // namespace
}  // namespace suara::ledger
