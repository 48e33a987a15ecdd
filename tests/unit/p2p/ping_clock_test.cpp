#include "peer-node/p2p/ping_clock.hpp"

#include <gtest/gtest.h>

namespace suara::p2p {
namespace {

using std::chrono::milliseconds;

TEST(PingClock, KeepsTheLatestAndTheLeast) {
  PingClock clock;
  const Instant start{};
  EXPECT_FALSE(clock.least());
  clock.sent(7, start);
  clock.answered(7, start + milliseconds(30));
  clock.sent(8, start + milliseconds(100));
  clock.answered(8, start + milliseconds(150));
  EXPECT_EQ(clock.least(), milliseconds(30));
  EXPECT_EQ(clock.latest(), milliseconds(50));
}

TEST(PingClock, OnlyThePingThatIsWaitedForCountsAndOnce) {
  PingClock clock;
  const Instant start{};
  clock.answered(0, start);
  clock.sent(7, start);
  clock.answered(8, start + milliseconds(1));
  EXPECT_FALSE(clock.least());
  clock.sent(9, start + milliseconds(2));
  clock.answered(7, start + milliseconds(3));
  EXPECT_FALSE(clock.least()) << "the earlier ping counts no more";
  clock.answered(9, start + milliseconds(12));
  clock.answered(9, start + milliseconds(99));
  EXPECT_EQ(clock.latest(), milliseconds(10));
}

}  // namespace
}  // namespace suara::p2p
