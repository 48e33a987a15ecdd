#include "peer-node/p2p/eviction.hpp"
#include "peer-node/p2p/limits.hpp"

#include "common/util/rng.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace suara::p2p {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// An attacker's: the ids ascend with the time of connecting, all of one group that ranks low.
std::vector<EvictionCandidate> crowd(std::size_t count, std::uint64_t first_id = 1'000) {
  std::vector<EvictionCandidate> candidates;
  for (std::size_t i = 0; i < count; ++i) {
    EvictionCandidate candidate;
    candidate.connection = ConnectionId{first_id + i};
    candidate.connected_at = Instant{} + seconds(first_id + i);
    candidate.group = 1;
    candidates.push_back(candidate);
  }
  return candidates;
}

/// Everybody who goes when one after the other makes place.
std::vector<std::uint64_t> evicted_in_order(std::vector<EvictionCandidate> candidates) {
  std::vector<std::uint64_t> order;
  while (const auto chosen = choose_evicted(candidates)) {
    order.push_back(chosen->value);
    std::erase_if(candidates, [&](const auto& each) { return each.connection == *chosen; });
  }
  return order;
}

TEST(Eviction, NobodyGoesWhereAllAreProtected) {
  EXPECT_FALSE(choose_evicted({}));
  EXPECT_FALSE(choose_evicted(crowd(2))) << "one by its group, one by its age";
  EXPECT_EQ(choose_evicted(crowd(3))->value, 1'002U);
  auto distinct = crowd(kProtectedGroups);
  for (std::size_t i = 0; i < distinct.size(); ++i) distinct[i].group = i;
  EXPECT_FALSE(choose_evicted(distinct));
}

TEST(Eviction, TheYoungestOfTheLargestGroupGoes) {
  auto candidates = crowd(40);
  for (std::size_t i = 0; i < 10; ++i) {
    auto other = crowd(1, 5'000 + i)[0];
    other.group = 2;
    candidates.push_back(other);
  }
  EXPECT_EQ(choose_evicted(candidates)->value, 1'039U) << "younger ones of a smaller group stay";
}

TEST(Eviction, EachKindOfMeritSurvivesAnyNumberOfNewcomers) {
  auto candidates = crowd(64);
  const auto honest = [&](std::uint64_t id, const auto& merit) {
    auto each = crowd(1, id)[0];  // the youngest of all
    merit(each);
    candidates.push_back(each);
  };
  honest(9'001, [](auto& each) { each.group = 99; });
  honest(9'002, [](auto& each) { each.min_ping = milliseconds(1); });
  honest(9'003, [](auto& each) { each.last_transaction_at = Instant{} + seconds(5); });
  honest(9'004, [](auto& each) { each.last_block_at = Instant{} + seconds(5); });
  honest(1, [](auto&) {});  // the longest there
  const auto order = evicted_in_order(candidates);
  EXPECT_GE(order.size(), 60U);
  for (const std::uint64_t id : {9'001U, 9'002U, 9'003U, 9'004U, 1U}) {
    EXPECT_EQ(std::ranges::count(order, id), 0) << id;
  }
}

TEST(Eviction, OnlySoManyAreProtectedByEachMerit) {
  auto candidates = crowd(200);
  for (std::size_t i = 100; i < 200; ++i) candidates[i].min_ping = milliseconds(i);
  for (std::size_t i = 100; i < 200; ++i) candidates[i].last_block_at = Instant{} + milliseconds(i);
  // Protected by ping are 100 to 107, by blocks 196 to 199.
  EXPECT_EQ(choose_evicted(candidates)->value, 1'195U);
}

TEST(Eviction, HalfOfTheRestStayByTheirAge) {
  const auto candidates = crowd(41);  // one is protected by its group
  const auto chosen = choose_evicted(candidates);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->value, 1'040U);
  // As long as newcomers come in the place of those who go, the older half is never touched.
  auto present = candidates;
  for (std::uint64_t id = 2'000; id < 2'500; ++id) {
    const auto gone = choose_evicted(present);
    ASSERT_TRUE(gone);
    EXPECT_GT(gone->value, 1'020U);
    std::erase_if(present, [&](const auto& each) { return each.connection == *gone; });
    present.push_back(crowd(1, id)[0]);
  }
}

TEST(Eviction, TheOrderInWhichCandidatesComeDoesNotMatter) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SeededRng rng(seed);
    auto candidates = crowd(64);
    for (auto& each : candidates) {
      each.group = rng.below(5);
      each.connected_at = Instant{} + seconds(rng.below(8));
      if (rng.below(2) == 0) each.min_ping = milliseconds(rng.below(10));
      if (rng.below(3) == 0) each.last_block_at = Instant{} + seconds(rng.below(4));
      if (rng.below(3) == 0) each.last_transaction_at = Instant{} + seconds(rng.below(4));
    }
    const auto chosen = choose_evicted(candidates);
    ASSERT_TRUE(chosen) << "seed " << seed;
    std::ranges::reverse(candidates);
    EXPECT_EQ(choose_evicted(candidates), chosen) << "seed " << seed;
  }
}

}  // namespace
}  // namespace suara::p2p
