#include "peer-node/p2p/discovery.hpp"

#include <gtest/gtest.h>

namespace suara::p2p {
namespace {

TEST(DiscoveryWays, AnyOfTheFourInAnyOrder) {
  EXPECT_EQ(parse_discovery("push,poll,announce,gossip").value(), Discovery{});
  EXPECT_EQ(parse_discovery("gossip").value(), (Discovery{false, false, false, true}));
  EXPECT_EQ(parse_discovery("announce,push").value(), (Discovery{true, false, true, false}));
  EXPECT_EQ(parse_discovery("poll,poll").value(), (Discovery{false, true, false, false}));
  EXPECT_EQ(parse_discovery("none").value(), (Discovery{false, false, false, false}));
}

TEST(DiscoveryWays, AnythingElseIsToldWhatWouldBeRight) {
  for (const char* text : {"", "pull", "push,", ",push", "push, poll", "push,none", "none,none", "PUSH", "push poll"}) {
    const auto parsed = parse_discovery(text);
    ASSERT_FALSE(parsed) << text;
    for (const char* way : {"push", "poll", "announce", "gossip", "none"}) {
      EXPECT_NE(parsed.error().message().find(way), std::string::npos) << text << ": " << parsed.error().message();
    }
  }
}

}  // namespace
}  // namespace suara::p2p
