// What is counted of a chain without enough work, and what is let through once there is enough.
#include "peer-node/sync/low_work_headers.hpp"

#include "peer-node/chain/rule_error.hpp"
#include "peer-node/chain/work.hpp"
#include "tests/support/chain_builder.hpp"

#include <gtest/gtest.h>

namespace suara::sync {
namespace {

using chain::SealedHeader;
using State = LowWorkHeaders::State;

constexpr WallTime kNow{std::chrono::milliseconds(4'000'000'000'000)};

struct LowWork : ::testing::Test {
  chain::ChainSpec spec = testing::easy_spec(1);  // two hashes a block
  chain::Header genesis = chain::genesis_block(spec).header;
  chain::ChainPoint start{chain::block_id(genesis), 0, 2, genesis.time_ms};
  std::vector<SealedHeader> headers;

  void make(std::size_t count) {
    for (const chain::Block& block : testing::mine_chain(genesis, count)) headers.emplace_back(block.header);
  }
  LowWorkHeaders counter(const chain::Uint256& enough, const LowWorkBounds& bounds = {}) {
    return {spec, start, {{genesis.height, genesis.time_ms, genesis.bits}}, enough, bounds};
  }
  std::span<const SealedHeader> part(std::size_t from, std::size_t count) {
    return std::span(headers).subspan(from, count);
  }
};

TEST_F(LowWork, AreLetThroughAtOnceWhenOneAnswerShowsEnough) {
  make(10);
  auto low = counter(2 + 2 * 10);
  const auto proven = low.take(headers, kNow);
  ASSERT_TRUE(proven);
  EXPECT_EQ(*proven, headers);
  EXPECT_EQ(low.state(), State::kDone);
}

TEST_F(LowWork, AreAskedForAgainFromTheStartWhenTheWorkIsThere) {
  make(600);
  auto low = counter(2 + 2 * 600);
  EXPECT_TRUE(low.take(part(0, 300), kNow)->empty());
  EXPECT_EQ(low.state(), State::kCounting);
  EXPECT_EQ(low.last(), chain::block_id(headers[299].header));
  EXPECT_TRUE(low.take(part(300, 300), kNow)->empty());
  EXPECT_EQ(low.state(), State::kFetching);
  EXPECT_EQ(low.last(), start.id);
  EXPECT_EQ(low.work(), start.work);

  std::vector<SealedHeader> all;
  for (std::size_t from = 0; from < 600; from += 200) {
    for (const SealedHeader& header : *low.take(part(from, 200), kNow)) all.push_back(header);
    EXPECT_EQ(all.size(), from == 400 ? 600 : (from + 200) / kHeadersPerMark * kHeadersPerMark);
  }
  EXPECT_EQ(all, headers);
  EXPECT_EQ(low.state(), State::kDone);
}

TEST_F(LowWork, NothingIsLetThroughOfAGroupThatIsNotWhatWasCounted) {
  make(600);
  auto low = counter(2 + 2 * 600);
  ASSERT_TRUE(low.take(part(0, 300), kNow));
  ASSERT_TRUE(low.take(part(300, 300), kNow));
  std::vector<SealedHeader> other(headers.begin(), headers.begin() + 300);
  for (const chain::Block& block : testing::mine_chain(headers[299].header, 300, 1'000'000))
    other.emplace_back(block.header);
  const auto proven = low.take(other, kNow);
  ASSERT_TRUE(proven);
  EXPECT_EQ(proven->size(), kHeadersPerMark) << "the first group is as it was";
  EXPECT_EQ(low.state(), State::kGivenUp);
}

TEST_F(LowWork, WhatDoesNotFollowOnIsGivenUpTheSecondTime) {
  make(300);
  auto low = counter(2 + 2 * 300);
  ASSERT_TRUE(low.take(part(0, 150), kNow));
  ASSERT_TRUE(low.take(part(150, 150), kNow));
  ASSERT_EQ(low.state(), State::kFetching);
  EXPECT_TRUE(low.take(part(5, 10), kNow)->empty());
  EXPECT_EQ(low.state(), State::kGivenUp);
}

TEST_F(LowWork, RulesAreCheckedBeforeAnythingIsCounted) {
  make(20);
  chain::Header& spoilt = headers[10].header;
  spoilt.bits = chain::bits_of_leading_zeros(2);
  testing::mine(spoilt);
  auto low = counter(1'000);
  const auto proven = low.take(headers, kNow);
  ASSERT_FALSE(proven);
  EXPECT_EQ(proven.error(), chain::RuleError::kBadBits);
  EXPECT_EQ(low.last(), chain::block_id(headers[9].header)) << "those before it were counted";
}

TEST_F(LowWork, ALongerChainMakesLargerGroups) {
  make(100);
  auto low = counter(2 + 2 * 100, {.headers_per_mark = 4, .marks = 8, .headers_per_group = 64});
  ASSERT_TRUE(low.take(part(0, 50), kNow));
  ASSERT_TRUE(low.take(part(50, 50), kNow));
  ASSERT_EQ(low.state(), State::kFetching);
  std::vector<SealedHeader> all = *low.take(part(0, 15), kNow);
  EXPECT_TRUE(all.empty()) << "groups are of 16 by now";
  for (std::size_t from = 15; from < 100; ++from) {
    for (const SealedHeader& header : *low.take(part(from, 1), kNow)) all.push_back(header);
    EXPECT_EQ(all.size(), from == 99 ? 100 : (from + 1) / 16 * 16);
  }
  EXPECT_EQ(all, headers);
}

TEST_F(LowWork, AnEndlessChainIsGivenUp) {
  make(100);
  auto low = counter(~chain::Uint256(0), {.headers_per_mark = 4, .marks = 8, .headers_per_group = 8});
  ASSERT_TRUE(low.take(part(0, 63), kNow));
  EXPECT_EQ(low.state(), State::kCounting);
  ASSERT_TRUE(low.take(part(63, 37), kNow));
  EXPECT_EQ(low.state(), State::kGivenUp) << "64 headers would need groups of 16";
  EXPECT_EQ(low.last(), chain::block_id(headers[63].header));
}

TEST_F(LowWork, MemoryStaysWellBelowItsBound) {
  auto low = counter(~chain::Uint256(0));
  chain::Header at = genesis;
  for (std::size_t message = 0; message < 20; ++message) {
    headers.clear();
    for (const chain::Block& block : testing::mine_chain(at, 2000)) headers.emplace_back(block.header);
    at = headers.back().header;
    ASSERT_TRUE(low.take(headers, kNow));
  }
  EXPECT_EQ(low.state(), State::kCounting);
  EXPECT_LT(low.size_bytes(), 40'000 / kHeadersPerMark * 2 * sizeof(chain::BlockId) + 8'192);
}

}  // namespace
}  // namespace suara::sync
