#include "peer-node/mining/block_template.hpp"

#include "peer-node/mining/nonce_search.hpp"
#include "tests/unit/mempool/mempool_fixture.hpp"

#include <gtest/gtest.h>

namespace suara::mining {
namespace {

TEST(BlockTemplate, IsAValidBlockOnceItsNonceIsFound) {
  mempool::MempoolFixture world;
  const auto opening = world.opening();
  const auto vote = world.vote(1, testing::election_id(opening));
  ASSERT_TRUE(world.accepts(opening));
  ASSERT_TRUE(world.accepts(vote));

  chain::Block block = block_template(world.chain, world.pool, world.disk, world.now.wall);
  EXPECT_EQ(block.transactions, (std::vector{opening, vote}));
  EXPECT_EQ(block.header.time_ms, to_unix_ms(world.now.wall));
  const auto nonce = search(block.header, 0, 1'000'000);
  ASSERT_TRUE(nonce);
  block.header.nonce = *nonce;
  EXPECT_TRUE(world.receive(block).rejected.empty());
  EXPECT_EQ(world.chain.tip().id, chain::block_id(block.header));
  EXPECT_EQ(world.pool.size(), 0U);
}

TEST(BlockTemplate, IsJudgedByTheTimeTheBlockWillHave) {
  mempool::MempoolFixture world;
  const auto opening = world.opening();
  ASSERT_TRUE(world.connect({opening}));
  ASSERT_TRUE(world.accepts(world.vote(1, testing::election_id(opening))));
  const WallTime after_closing = from_unix_ms(world.after_genesis_ms(100'000));
  EXPECT_TRUE(block_template(world.chain, world.pool, world.disk, after_closing).transactions.empty());
}

TEST(BlockTemplate, FollowsTheTipEvenWhenTheClockIsBehindIt) {
  mempool::MempoolFixture world;
  ASSERT_TRUE(world.connect({}));
  chain::Block block = block_template(world.chain, world.pool, world.disk, WallTime{});
  EXPECT_GT(block.header.time_ms, world.spec.genesis_time_ms);
  EXPECT_EQ(block.header.previous, world.chain.tip().id);
  testing::mine(block.header);
  EXPECT_TRUE(world.receive(block).rejected.empty());
  EXPECT_EQ(world.chain.tip().height, 2U);
}

}  // namespace
}  // namespace suara::mining
