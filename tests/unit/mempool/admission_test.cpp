#include "peer-node/chain/rule_error.hpp"
#include "peer-node/mempool/mempool_error.hpp"
#include "tests/unit/mempool/mempool_fixture.hpp"

#include <gtest/gtest.h>

namespace suara::mempool {
namespace {

using chain::RuleError;
using ledger::ElectionId;
using testing::election_id;

TEST(MempoolAdmission, KeepsWhatIsValidInTheOrderItCame) {
  MempoolFixture world;
  const auto first = testing::record(world.spec, testing::voter_key(1), 1);
  const auto second = testing::record(world.spec, testing::voter_key(2), 1);
  EXPECT_TRUE(world.accepts(first));
  EXPECT_TRUE(world.accepts(second));
  EXPECT_EQ(world.pool.size(), 2U);
  EXPECT_EQ(world.pool.size_bytes(), ledger::encode(first).size() + ledger::encode(second).size());
  const std::vector<ledger::TransactionId> ids{ledger::transaction_id(first), ledger::transaction_id(second)};
  EXPECT_EQ(world.pool.ids(10), ids);
  EXPECT_EQ(world.pool.ids(1), std::vector{ids[0]});
  ASSERT_NE(world.pool.find(ids[1]), nullptr);
  EXPECT_EQ(*world.pool.find(ids[1]), second);
  EXPECT_FALSE(world.pool.contains(ledger::TransactionId{}));
}

TEST(MempoolAdmission, SaysWhatItKnowsAlready) {
  MempoolFixture world;
  const auto waiting = testing::record(world.spec, testing::voter_key(1), 1);
  EXPECT_TRUE(world.accepts(waiting));
  EXPECT_TRUE(world.refusal(waiting) == MempoolError::kKnown);
  ASSERT_TRUE(world.connect({waiting}));
  EXPECT_TRUE(world.refusal(waiting) == RuleError::kDuplicateTransaction);
}

TEST(MempoolAdmission, HoldsStatementsToTheirOwnRules) {
  MempoolFixture world;
  EXPECT_TRUE(world.refusal(testing::record(world.spec, testing::voter_key(1), 1, "")) == RuleError::kBadText);
  const std::string large(world.spec.max_record_size_bytes + 1, 'x');
  EXPECT_TRUE(world.refusal(testing::record(world.spec, testing::voter_key(1), 1, large)) ==
              RuleError::kRecordTooLarge);
}

TEST(MempoolAdmission, AVoteMayFollowAnElectionThatWaitsItself) {
  MempoolFixture world;
  const auto opening = world.opening();
  const auto vote = world.vote(1, election_id(opening));
  EXPECT_TRUE(world.refusal(vote) == RuleError::kUnknownElection);
  EXPECT_TRUE(world.accepts(opening));
  EXPECT_TRUE(world.accepts(vote));
  EXPECT_EQ(world.selected(), (std::vector{opening, vote}));
  EXPECT_TRUE(world.connect(world.selected()));
  EXPECT_EQ(world.pool.size(), 0U);
}

TEST(MempoolAdmission, TheFirstSeenVoteOfAVoterWins) {
  MempoolFixture world;
  const auto opening = world.opening();
  ASSERT_TRUE(world.connect({opening}));
  const auto first = world.vote(1, election_id(opening), 0);
  EXPECT_TRUE(world.accepts(first));
  EXPECT_TRUE(world.refusal(world.vote(1, election_id(opening), 1)) == RuleError::kAlreadyVoted);
  EXPECT_EQ(world.selected(), std::vector{first});
}

TEST(MempoolAdmission, JudgesSchedulesByTheClock) {
  MempoolFixture world;
  world.now.wall = from_unix_ms(world.after_genesis_ms(9'999));
  const auto opening = world.opening();
  ASSERT_TRUE(world.accepts(opening));
  const auto vote = world.vote(1, election_id(opening));
  EXPECT_TRUE(world.refusal(vote) == RuleError::kElectionNotOpen);
  world.advance_clock(std::chrono::milliseconds(1));
  EXPECT_TRUE(world.accepts(vote));
  ASSERT_TRUE(world.connect(world.selected()));
  world.now.wall = from_unix_ms(world.after_genesis_ms(100'000));
  EXPECT_TRUE(world.refusal(world.vote(2, election_id(opening))) == RuleError::kElectionClosed);
}

TEST(MempoolAdmission, AClockThatIsSetBackTakesNothingBack) {
  MempoolFixture world;
  world.now.wall = from_unix_ms(world.after_genesis_ms(10'000));
  const auto opening = world.opening();
  ASSERT_TRUE(world.accepts(opening));
  ASSERT_TRUE(world.accepts(world.vote(1, election_id(opening))));
  world.now.wall -= std::chrono::milliseconds(5);
  EXPECT_TRUE(world.accepts(world.vote(2, election_id(opening))));
  EXPECT_TRUE(world.refusal(world.by_organiser(ledger::AddCandidates{election_id(opening), {"Zoe"}})) ==
              RuleError::kElectionFrozen);
  EXPECT_EQ(world.pool.size(), 3U);
  EXPECT_EQ(world.selected(), std::vector{opening}) << "a block timed before the opening cannot have the votes";
}

TEST(MempoolAdmission, WaitingRollsAndCandidatesCount) {
  MempoolFixture world;
  world.now.wall = from_unix_ms(world.after_genesis_ms(1'000));
  const auto opening = world.by_organiser(ledger::OpenElection{
      "Board", {"Alice"}, ledger::Electorate::kRoll, world.after_genesis_ms(10'000), world.after_genesis_ms(100'000)});
  const ElectionId id = election_id(opening);
  const PublicKey voter = testing::voter_key(1).public_key();
  ASSERT_TRUE(world.accepts(opening));
  EXPECT_TRUE(world.accepts(world.by_organiser(ledger::EnrolVoters{id, {{"one", voter}}})));
  EXPECT_TRUE(world.refusal(world.by_organiser(ledger::EnrolVoters{id, {{"uno", voter}}})) == RuleError::kVoterExists);
  EXPECT_TRUE(world.accepts(world.by_organiser(ledger::AddCandidates{id, {"Bob"}})));
  EXPECT_TRUE(world.refusal(world.by_organiser(ledger::AddCandidates{id, {"Zoe", "Bob"}})) ==
              RuleError::kBadCandidates);
  ASSERT_TRUE(world.connect(world.selected()));

  world.now.wall = from_unix_ms(world.after_genesis_ms(10'000));
  EXPECT_TRUE(world.accepts(world.vote(1, id, 1)));
  EXPECT_TRUE(world.refusal(world.vote(2, id, 1)) == RuleError::kNotEnrolled);
}

TEST(MempoolAdmission, AWaitingCloseEndsTheElectionForWhatComesAfter) {
  MempoolFixture world;
  const auto opening = world.opening();
  ASSERT_TRUE(world.connect({opening}));
  const ElectionId id = election_id(opening);
  const auto before = world.vote(1, id);
  const auto close = world.by_organiser(ledger::CloseElection{id});
  EXPECT_TRUE(world.accepts(before));
  EXPECT_TRUE(world.accepts(close));
  EXPECT_TRUE(world.refusal(world.vote(2, id)) == RuleError::kElectionClosed);
  EXPECT_EQ(world.selected(), (std::vector{before, close}));
  EXPECT_TRUE(world.connect(world.selected()));
}

TEST(MempoolAdmission, IsBoundedInCountAndBytes) {
  MempoolFixture few({.max_transactions = 2});
  EXPECT_TRUE(few.accepts(testing::record(few.spec, testing::voter_key(1), 1)));
  EXPECT_TRUE(few.accepts(testing::record(few.spec, testing::voter_key(2), 1)));
  EXPECT_TRUE(few.refusal(testing::record(few.spec, testing::voter_key(3), 1)) == MempoolError::kFull);
  EXPECT_EQ(few.pool.size(), 2U);

  MempoolFixture small({.max_size_bytes = 1'000});
  EXPECT_TRUE(small.accepts(testing::record(small.spec, testing::voter_key(1), 1, std::string(700, 'x'))));
  EXPECT_TRUE(small.refusal(testing::record(small.spec, testing::voter_key(2), 1, std::string(700, 'x'))) ==
              MempoolError::kFull);
}

TEST(MempoolAdmission, AnAuthorHasAShareAndOrganisersAllOfIt) {
  MempoolFixture world({.max_per_author = 2});
  for (std::uint64_t nonce = 0; nonce < 2; ++nonce) {
    EXPECT_TRUE(world.accepts(testing::record(world.spec, testing::voter_key(1), nonce)));
  }
  EXPECT_TRUE(world.refusal(testing::record(world.spec, testing::voter_key(1), 2)) == MempoolError::kTooManyOfAuthor);
  for (std::uint64_t nonce = 0; nonce < 5; ++nonce) {
    EXPECT_TRUE(world.accepts(testing::record(world.spec, testing::organiser_key(), nonce)));
  }
  ASSERT_TRUE(world.connect(world.selected()));
  EXPECT_TRUE(world.accepts(testing::record(world.spec, testing::voter_key(1), 2))) << "its share is free again";
}

TEST(MempoolAdmission, RefusedTransactionsLeaveNoTrace) {
  MempoolFixture world({.max_transactions = 1});
  const auto opening = world.opening();
  ASSERT_TRUE(world.connect({opening}));
  ASSERT_TRUE(world.accepts(testing::record(world.spec, testing::organiser_key(), 1)));
  const auto vote = world.vote(1, election_id(opening));
  EXPECT_TRUE(world.refusal(vote) == MempoolError::kFull);
  ASSERT_TRUE(world.connect(world.selected()));
  EXPECT_TRUE(world.accepts(vote)) << "the vote refused for want of room did not use up the voter's vote";
}

}  // namespace
}  // namespace suara::mempool
