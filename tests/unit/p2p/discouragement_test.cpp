#include "peer-node/p2p/discouragement.hpp"
#include "peer-node/p2p/limits.hpp"

#include <gtest/gtest.h>

namespace suara::p2p {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

struct WhoIsDiscouraged : ::testing::Test {
  Discouragement discouragement;
  Instant now{hours(1)};
};

TEST_F(WhoIsDiscouraged, TheSecondViolationWithin24HoursCounts) {
  EXPECT_FALSE(discouragement.violated("host 8.8.8.8", now));
  EXPECT_FALSE(discouragement.discourages("host 8.8.8.8", now));
  now += hours(23);
  EXPECT_TRUE(discouragement.violated("host 8.8.8.8", now));
  EXPECT_TRUE(discouragement.discourages("host 8.8.8.8", now + hours(24) - seconds(1)));
  EXPECT_FALSE(discouragement.discourages("host 8.8.8.8", now + hours(24)));
  EXPECT_FALSE(discouragement.discourages("host 8.8.4.4", now));
}

TEST_F(WhoIsDiscouraged, AViolationIsForgottenAfter24Hours) {
  discouragement.violated("host 8.8.8.8", now);
  EXPECT_FALSE(discouragement.violated("host 8.8.8.8", now + hours(24)));
  EXPECT_EQ(discouragement.size(), 1U);
}

TEST_F(WhoIsDiscouraged, HostsThatManyNodesShareAreNotNamed) {
  for (const char* shared : {"127.0.0.1", "::1", "10.1.2.3", "192.168.0.1", "172.31.0.9", "100.64.1.1", "169.254.0.1",
                             "fd00::1", "fe80::1", "::ffff:10.1.2.3", "a-name.example", ""}) {
    EXPECT_FALSE(Discouragement::subject_of(shared)) << shared;
  }
  EXPECT_TRUE(Discouragement::subject_of("172.32.0.1"));
}

TEST_F(WhoIsDiscouraged, AnIpV6HostIsItsWhole64) {
  EXPECT_EQ(Discouragement::subject_of("2a00:1:2:3::1"), Discouragement::subject_of("2a00:1:2:3:ffff::9"));
  EXPECT_NE(Discouragement::subject_of("2a00:1:2:3::1"), Discouragement::subject_of("2a00:1:2:4::1"));
  EXPECT_EQ(Discouragement::subject_of("8.8.8.8"), Discouragement::subject_of("::ffff:8.8.8.8"));
}

TEST_F(WhoIsDiscouraged, WhenFullWhoeverOffendedLongestAgoIsForgotten) {
  discouragement.violated("first", now);
  discouragement.violated("second", now + seconds(1));
  discouragement.violated("first", now + seconds(2));
  for (std::size_t i = 2; i < kMaxOffenders; ++i) discouragement.violated("x" + std::to_string(i), now + seconds(3));
  EXPECT_EQ(discouragement.size(), kMaxOffenders);
  discouragement.violated("one more", now + seconds(4));
  EXPECT_EQ(discouragement.size(), kMaxOffenders);
  EXPECT_TRUE(discouragement.discourages("first", now + seconds(4)));
  EXPECT_FALSE(discouragement.violated("second", now + seconds(5))) << "it had been forgotten";
}

TEST_F(WhoIsDiscouraged, TheLogHearsOnceAnHour) {
  discouragement.violated("host 8.8.8.8", now);
  EXPECT_TRUE(discouragement.may_tell("host 8.8.8.8", now));
  EXPECT_FALSE(discouragement.may_tell("host 8.8.8.8", now + seconds(3599)));
  EXPECT_TRUE(discouragement.may_tell("host 8.8.8.8", now + hours(1)));
}

}  // namespace
}  // namespace suara::p2p
