#include "peer-node/mining/hash_rate.hpp"

#include <gtest/gtest.h>

namespace suara::mining {
namespace {

using namespace std::chrono_literals;

TEST(HashRate, IsWhatWasTriedInTheLastTenSeconds) {
  HashRate rate;
  Instant now{};
  now += 100s;
  EXPECT_EQ(rate.per_second(now), 0);
  for (int i = 0; i < 200; ++i, now += 100ms) rate.add(now, 50);
  EXPECT_NEAR(rate.per_second(now), 500, 60);
  for (int i = 0; i < 100; ++i, now += 100ms) rate.add(now, 500);
  EXPECT_NEAR(rate.per_second(now), 5'000, 600) << "what was before is forgotten";
  EXPECT_EQ(rate.total(), 60'000U);
}

TEST(HashRate, FallsInAPauseToNothing) {
  HashRate rate;
  Instant now = Instant{} + 7s;
  for (int i = 0; i < 100; ++i, now += 100ms) rate.add(now, 100);
  const double before = rate.per_second(now);
  EXPECT_LT(rate.per_second(now + 5s), before * 0.6);
  EXPECT_EQ(rate.per_second(now + 10s), 0);
}

TEST(HashRate, HasNoTimeToBeWrongInAtTheStart) {
  HashRate rate;
  rate.add(Instant{} + 5s, 1'000);
  EXPECT_EQ(rate.per_second(Instant{} + 5s), 1'000);
  EXPECT_EQ(rate.per_second(Instant{} + 7s), 500);
}

}  // namespace
}  // namespace suara::mining
