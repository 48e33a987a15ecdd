#include "tests/unit/mempool/mempool_fixture.hpp"

#include <gtest/gtest.h>

namespace suara::mempool {
namespace {

using ledger::ElectionId;
using testing::election_id;

TEST(MempoolSelect, FillsABlockToTheNetworksSizeAndNoFurther) {
  MempoolFixture world;
  const std::string data(world.spec.max_record_size_bytes, 'x');
  std::size_t all_bytes = 0;
  for (std::uint64_t nonce = 0; all_bytes < 2 * world.spec.max_block_size_bytes; ++nonce) {
    const auto record = testing::record(world.spec, testing::voter_key(nonce % 4), nonce, data);
    ASSERT_TRUE(world.accepts(record));
    all_bytes += ledger::encode(record).size();
  }
  const auto block = world.make_block(world.tip_header(), world.selected());
  const std::size_t size_bytes = chain::encode(block).size();
  EXPECT_LE(size_bytes, world.spec.max_block_size_bytes);
  EXPECT_GT(size_bytes + data.size() + 200, world.spec.max_block_size_bytes) << "there was room for one more";
  EXPECT_TRUE(world.receive(block).rejected.empty());
}

TEST(MempoolSelect, NothingBuildsOnWhatDidNotFit) {
  MempoolFixture world;
  const auto record = [&](std::uint64_t nonce) {
    return testing::record(world.spec, testing::organiser_key(), nonce, std::string(1'000, 'x'));
  };
  // Leaves less room than the opening needs, but more than a vote.
  std::size_t room = world.spec.max_block_size_bytes - 100 - 300;
  for (std::uint64_t nonce = 0; room > 1'300; ++nonce) {
    ASSERT_TRUE(world.accepts(record(nonce)));
    room -= ledger::encode(record(nonce)).size() + 4;
  }
  ledger::OpenElection large{
      "Large", {}, ledger::Electorate::kOpen, world.after_genesis_ms(0), world.after_genesis_ms(100'000)};
  for (int i = 0; i < 300; ++i) large.candidates.push_back("candidate " + std::to_string(i));
  const auto opening = world.by_organiser(large);
  const auto vote = world.vote(1, election_id(opening));
  ASSERT_TRUE(world.accepts(opening));
  ASSERT_TRUE(world.accepts(vote));
  const std::size_t waiting = world.pool.size();
  EXPECT_EQ(world.selected().size(), waiting - 2);
  ASSERT_TRUE(world.connect(world.selected()));
  EXPECT_EQ(world.selected(), (std::vector{opening, vote}));
}

TEST(MempoolSelect, SkipsVotesWhoseElectionIsNotOpenAtTheBlocksTime) {
  MempoolFixture world;
  const auto opening = world.opening();
  ASSERT_TRUE(world.connect({opening}));
  const auto record = testing::record(world.spec, testing::voter_key(1), 1);
  ASSERT_TRUE(world.accepts(world.vote(1, election_id(opening))));
  ASSERT_TRUE(world.accepts(record));
  EXPECT_EQ(world.selected_at(from_unix_ms(world.after_genesis_ms(9'999))), std::vector{record});
  EXPECT_EQ(world.selected_at(from_unix_ms(world.after_genesis_ms(10'000))).size(), 2U);
  EXPECT_EQ(world.selected_at(from_unix_ms(world.after_genesis_ms(99'999))).size(), 2U);
  EXPECT_EQ(world.selected_at(from_unix_ms(world.after_genesis_ms(100'000))), std::vector{record});
}

TEST(MempoolExpiry, WhatWaitedTooLongLeaves) {
  MempoolFixture world({.expiry = std::chrono::hours(1)});
  const auto first = testing::record(world.spec, testing::voter_key(1), 1);
  const auto second = testing::record(world.spec, testing::voter_key(2), 1);
  ASSERT_TRUE(world.accepts(first));
  world.advance_clock(std::chrono::minutes(30));
  ASSERT_TRUE(world.accepts(second));
  world.pool.expire(world.now);
  EXPECT_EQ(world.pool.size(), 2U);
  world.advance_clock(std::chrono::minutes(30));
  world.pool.expire(world.now);
  EXPECT_EQ(world.selected(), std::vector{second});
  world.advance_clock(std::chrono::minutes(30));
  world.pool.expire(world.now);
  EXPECT_EQ(world.pool.size(), 0U);
}

TEST(MempoolExpiry, NothingIsSelectedThatBuiltOnWhatExpired) {
  MempoolFixture world({.expiry = std::chrono::hours(1)});
  const auto opening =
      testing::open_election(world.spec, {"Alice"}, world.after_genesis_ms(0), world.after_genesis_ms(100'000'000));
  ASSERT_TRUE(world.accepts(opening));
  world.advance_clock(std::chrono::minutes(30));
  ASSERT_TRUE(world.accepts(world.vote(1, election_id(opening))));
  world.advance_clock(std::chrono::minutes(30));
  world.pool.expire(world.now);
  EXPECT_TRUE(world.selected().empty());
  EXPECT_TRUE(world.accepts(opening)) << "it can be sent again";
  EXPECT_EQ(world.selected(), std::vector{opening});
  EXPECT_TRUE(world.accepts(world.vote(1, election_id(opening))));
}

}  // namespace
}  // namespace suara::mempool
