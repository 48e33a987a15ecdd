#include "peer-node/chain/fork_choice.hpp"

#include "common/store/memory_store.hpp"

#include <gtest/gtest.h>

namespace suara::chain {
namespace {

BlockId id(std::uint8_t name) {
  BlockId id;
  id.bytes.fill(name);
  return id;
}

TEST(ForkChoice, MoreWorkThenFirstSeen) {
  EXPECT_TRUE(better({3, 9}, {2, 1}));
  EXPECT_FALSE(better({2, 1}, {3, 9}));
  EXPECT_TRUE(better({2, 1}, {2, 9}));
  EXPECT_FALSE(better({2, 1}, {2, 1}));
}

TEST(RankedTips, BestIsMostWorkThenFirstSeen) {
  store::MemoryStore store;
  store::Draft draft(store);
  constexpr RankedTips tips(RankedTips::Kind::kBody);
  EXPECT_EQ(tips.best(draft), std::nullopt);
  tips.add(draft, {255, 1}, id(1));
  tips.add(draft, {256, 3}, id(3));
  tips.add(draft, {256, 2}, id(2));
  EXPECT_EQ(tips.best(draft), id(2));
  tips.remove(draft, {256, 2});
  EXPECT_EQ(tips.best(draft), id(3));
  EXPECT_EQ(tips.worst(draft, Uint256{}, 1), std::vector{id(1)});
}

TEST(RankedTips, TiedWhenTheTwoBestHaveTheSameWork) {
  store::MemoryStore store;
  store::Draft draft(store);
  constexpr RankedTips bodies(RankedTips::Kind::kBody);
  constexpr RankedTips headers(RankedTips::Kind::kHeader);
  EXPECT_FALSE(headers.tied(draft));
  bodies.add(draft, {7, 1}, id(1));
  headers.add(draft, {7, 1}, id(1));
  EXPECT_FALSE(headers.tied(draft)) << "of the other kind";
  headers.add(draft, {6, 2}, id(2));
  headers.add(draft, {6, 3}, id(3));
  EXPECT_FALSE(headers.tied(draft)) << "below the best";
  headers.add(draft, {7, 4}, id(4));
  EXPECT_TRUE(headers.tied(draft));
}

TEST(RankedTips, KindsAreApart) {
  store::MemoryStore store;
  store::Draft draft(store);
  constexpr RankedTips bodies(RankedTips::Kind::kBody);
  constexpr RankedTips headers(RankedTips::Kind::kHeader);
  headers.add(draft, {~Uint256(0), 0}, id(1));
  EXPECT_EQ(bodies.best(draft), std::nullopt);
  bodies.add(draft, {1, UINT64_MAX}, id(2));
  EXPECT_EQ(headers.best(draft), id(1));
  EXPECT_EQ(headers.worst(draft, Uint256{}, 10), std::vector{id(1)});
}

TEST(RankedTips, RemovesARangeOfWorkWithItsEnds) {
  store::MemoryStore store;
  store::Draft draft(store);
  constexpr RankedTips tips(RankedTips::Kind::kBody);
  for (std::uint8_t work = 1; work <= 5; ++work) tips.add(draft, {work, work}, id(work));
  tips.add(draft, {4, 0}, id(40));
  tips.remove_range(draft, 2, 4);
  EXPECT_EQ(tips.worst(draft, Uint256{}, 10), (std::vector{id(1), id(5)}));
  EXPECT_EQ(tips.worst(draft, 2, 10), std::vector{id(5)}) << "from a work on";
}

}  // namespace
}  // namespace suara::chain
