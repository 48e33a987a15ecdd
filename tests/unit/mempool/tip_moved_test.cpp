#include "common/util/rng.hpp"
#include "peer-node/ledger/ledger.hpp"
#include "tests/unit/mempool/mempool_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace suara::mempool {
namespace {

using chain::RuleError;
using ledger::ElectionId;
using testing::election_id;

TEST(MempoolTipMoved, ConfirmedTransactionsLeave) {
  MempoolFixture world;
  const auto opening = world.opening();
  ASSERT_TRUE(world.connect({opening}));
  const ElectionId id = election_id(opening);
  for (std::uint64_t voter = 0; voter < 10; ++voter) ASSERT_TRUE(world.accepts(world.vote(voter, id)));
  ASSERT_TRUE(world.connect({world.vote(3, id), world.vote(5, id)}));
  EXPECT_EQ(world.pool.size(), 8U);
  EXPECT_EQ(world.selected().size(), 8U);
  EXPECT_TRUE(world.refusal(world.vote(3, id, 1)) == RuleError::kAlreadyVoted);
  ASSERT_TRUE(world.connect(world.selected()));
  EXPECT_EQ(world.pool.size(), 0U);
  EXPECT_EQ(world.pool.size_bytes(), 0U);
}

TEST(MempoolTipMoved, AVoteThatConflictsWithTheBlocksLeaves) {
  MempoolFixture world;
  const auto opening = world.opening();
  ASSERT_TRUE(world.connect({opening}));
  ASSERT_TRUE(world.accepts(world.vote(1, election_id(opening), 0)));
  ASSERT_TRUE(world.connect({world.vote(1, election_id(opening), 1)}));
  EXPECT_EQ(world.pool.size(), 0U);
}

TEST(MempoolTipMoved, ForeignOrganisersStatementsAreTakenIntoAccount) {
  MempoolFixture world;
  const auto opening = world.opening();
  ASSERT_TRUE(world.connect({opening}));
  const ElectionId id = election_id(opening);
  ASSERT_TRUE(world.accepts(world.vote(1, id)));
  ASSERT_TRUE(world.accepts(testing::record(world.spec, testing::voter_key(1), 1)));
  ASSERT_TRUE(world.connect({world.by_organiser(ledger::CloseElection{id})}));
  EXPECT_EQ(world.pool.size(), 1U) << "only the record may still be mined";
}

TEST(MempoolTipMoved, WhatWaitedForAnElectionStaysWhenTheElectionIsMined) {
  MempoolFixture world;
  const auto opening = world.opening();
  const auto vote = world.vote(1, election_id(opening));
  ASSERT_TRUE(world.accepts(opening));
  ASSERT_TRUE(world.accepts(vote));
  ASSERT_TRUE(world.connect({opening}));
  EXPECT_EQ(world.selected(), std::vector{vote});
  EXPECT_TRUE(world.refusal(world.vote(1, election_id(opening), 1)) == RuleError::kAlreadyVoted);
  EXPECT_TRUE(world.connect({vote}));
}

TEST(MempoolTipMoved, VotesLeaveWhenTheirElectionIsOver) {
  MempoolFixture world;
  const auto opening = world.opening();
  ASSERT_TRUE(world.connect({opening}));
  ASSERT_TRUE(world.accepts(world.vote(1, election_id(opening))));
  world.advance_clock(std::chrono::seconds(200));
  EXPECT_TRUE(world.selected().empty());
  ASSERT_TRUE(world.connect({}));
  EXPECT_EQ(world.pool.size(), 0U);
}

TEST(MempoolTipMoved, DisconnectedTransactionsComeBackInFrontAndInOrder) {
  MempoolFixture world;
  const chain::Header fork = world.tip_header();
  const auto opening = world.opening();
  const ElectionId id = election_id(opening);
  const auto first_vote = world.vote(1, id);
  const auto second_vote = world.vote(2, id);
  ASSERT_TRUE(world.connect({opening, first_vote}));
  ASSERT_TRUE(world.connect({second_vote}));
  const auto waiting = world.vote(3, id);
  ASSERT_TRUE(world.accepts(waiting));

  chain::Header parent = fork;
  for (int i = 0; i < 3; ++i) {
    const chain::Block block = world.make_block(parent, {}, 1'000'000);
    world.receive(block);
    parent = block.header;
  }
  ASSERT_EQ(world.tip_header(), parent);
  const std::vector expected{opening, first_vote, second_vote, waiting};
  EXPECT_EQ(world.selected(), expected);
  EXPECT_TRUE(world.connect(expected));
  EXPECT_EQ(world.pool.size(), 0U);
}

TEST(MempoolTipMoved, TheNewChainsVoteReplacesTheDisconnectedOne) {
  MempoolFixture world;
  const auto opening = world.opening();
  ASSERT_TRUE(world.connect({opening}));
  const ElectionId id = election_id(opening);
  const chain::Header fork = world.tip_header();
  const auto both_have = world.vote(2, id);
  ASSERT_TRUE(world.connect({world.vote(1, id, 0), both_have}));

  const chain::Block one = world.make_block(fork, {world.vote(1, id, 1), both_have}, 1'000'000);
  world.receive(one);
  world.receive(world.make_block(one.header, {}));
  ASSERT_EQ(world.chain.tip().height, 3U);
  EXPECT_EQ(world.pool.size(), 0U);
}

TEST(MempoolTipMoved, BoundsHoldAfterAReorganisation) {
  MempoolFixture world({.max_transactions = 3});
  const chain::Header fork = world.tip_header();
  std::vector<ledger::Transaction> mined;
  for (std::uint64_t i = 0; i < 3; ++i) mined.push_back(testing::record(world.spec, testing::voter_key(i), 1));
  ASSERT_TRUE(world.connect(mined));
  ASSERT_TRUE(world.accepts(testing::record(world.spec, testing::voter_key(7), 1)));
  ASSERT_TRUE(world.accepts(testing::record(world.spec, testing::voter_key(8), 1)));

  const chain::Block one = world.make_block(fork, {}, 1'000'000);
  world.receive(one);
  world.receive(world.make_block(one.header, {}));
  EXPECT_EQ(world.selected(), mined) << "what came last leaves first";
}

// Many voters, some with two votes, mined by this node and by others, with reorganisations: whatever is selected
// connects, and nothing waits that is in the chain.
TEST(MempoolTipMoved, WhatIsSelectedAlwaysConnects) {
  const std::uint64_t seed = 42;
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeededRng rng(seed);
  MempoolFixture world;
  std::vector<ledger::Transaction> openings;
  for (int i = 0; i < 3; ++i) openings.push_back(world.opening("Election " + std::to_string(i)));
  const auto random_transaction = [&]() -> ledger::Transaction {
    const auto& opening = openings[rng.below(openings.size())];
    switch (rng.below(30)) {
      case 0: return opening;
      case 1: return world.by_organiser(ledger::CloseElection{election_id(openings[2])});
      case 2: return world.by_organiser(ledger::AddCandidates{election_id(opening), {std::to_string(rng.below(3))}});
      default: return world.vote(rng.below(30), election_id(opening), static_cast<std::uint16_t>(rng.below(3)));
    }
  };
  world.now.wall = from_unix_ms(world.after_genesis_ms(8'000));
  std::size_t accepted = 0, reorganisations = 0;
  for (int round = 0; round < 150; ++round) {
    world.advance_clock(std::chrono::milliseconds(100));
    for (std::uint64_t i = 0; i < rng.below(8); ++i) accepted += world.accepts(random_transaction()) ? 1U : 0U;
    std::vector<ledger::Transaction> block = world.selected();
    block.resize(std::min<std::size_t>(block.size(), rng.below(10)));
    if (rng.below(6) == 0 && world.chain.tip().height > 3) {
      chain::Header parent =
          world.chain.find(world.disk, *world.chain.id_at(world.disk, world.chain.tip().height - 2))->header;
      for (int i = 0; i < 3; ++i) {
        const chain::Block side = world.make_block(parent, {}, rng.next());
        world.receive(side);
        parent = side.header;
      }
      ASSERT_EQ(world.tip_header(), parent);
      ++reorganisations;
    } else {
      ASSERT_TRUE(world.connect(block)) << "round " << round;
    }
    for (const ledger::TransactionId& id : world.pool.ids(1'000)) {
      ASSERT_FALSE(ledger::find_transaction(world.disk, id)) << "round " << round;
    }
    ASSERT_EQ(world.selected().size(), world.pool.size()) << "everything that waits fits and is valid";
  }
  EXPECT_GT(accepted, 50U);
  EXPECT_GT(reorganisations, 5U);
}

}  // namespace
}  // namespace suara::mempool
