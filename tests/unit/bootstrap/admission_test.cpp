// What callers see of the rate limits.
#include "bootstrap-server/core/limits.hpp"
#include "tests/unit/bootstrap/lines.hpp"

#include <gmock/gmock.h>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string kPing = "{\"type\":\"PING\",\"payload\":{}}\n";

Options with(Bucket bucket, Rate rate) {
  Options options;
  options.rates[bucket] = rate;
  return options;
}

std::string code_of(const std::string& bytes) { return only<wire::ErrorReply>(bytes).code; }

TEST(Admission, ARequestAboveItsRateIsRefusedUntilItsTime) {
  Harness harness(with(Bucket::kGetPeers, {2, 3}));
  const ConnectionId id = harness.connect();
  for (int i = 0; i < 3; ++i) {
    harness.feed(id, get_line());
    only<wire::Peers>(harness.take(id));
  }
  harness.feed(id, get_line());
  const auto refused = only<wire::ErrorReply>(harness.take(id));
  EXPECT_EQ(refused.code, "rate_limited");
  EXPECT_THAT(refused.message, HasSubstr("try again in 500 ms"));
  EXPECT_EQ(refused.retry_after_ms, 500U);
  EXPECT_FALSE(harness.closed(id));

  harness.advance(499ms);
  EXPECT_EQ(code_of(harness.ask(get_line())), "rate_limited");
  harness.advance(1ms);
  only<wire::Peers>(harness.ask(get_line()));
}

TEST(Admission, OtherCallersAndOtherRequestsAreServed) {
  Harness harness(with(Bucket::kGetPeers, {1, 1}));
  only<wire::Peers>(harness.ask(get_line(), "2001:db8::1"));
  EXPECT_EQ(code_of(harness.ask(get_line(), "2001:db8::2")), "rate_limited");
  only<wire::Peers>(harness.ask(get_line(), "2001:db8:0:1::1"));
  only<wire::Registered>(harness.ask(register_line("a:1"), "2001:db8::1"));
  only<wire::Pong>(harness.ask(kPing, "2001:db8::1"));
}

TEST(Admission, TheExemptAreNotLimited) {
  Options options = with(Bucket::kGetPeers, {1, 1});
  Harness harness(options);
  for (const std::string host : {"127.0.0.1", "::1", "::ffff:127.0.0.1"}) {
    for (int i = 0; i < 10; ++i) only<wire::Peers>(harness.ask(get_line(), host));
  }
  options.rate_exempt = CidrList({Cidr::parse("198.51.100.0/24").value()});
  Harness other(options);
  for (int i = 0; i < 10; ++i) only<wire::Peers>(other.ask(get_line(), "198.51.100.7"));
  only<wire::Peers>(other.ask(get_line(), "127.0.0.1"));
  EXPECT_EQ(code_of(other.ask(get_line(), "127.0.0.1")), "rate_limited");
}

TEST(Admission, OtherRatesHoldForConnectionsThatAreOpen) {
  Options options = with(Bucket::kGetPeers, {1, 1});
  Harness harness(options);
  const ConnectionId id = harness.connect();
  harness.feed(id, get_line() + get_line());
  EXPECT_EQ(replies(harness.take(id)).size(), 2U);
  options.rate_exempt = CidrList({Cidr::parse("192.0.2.1").value()});
  harness.reconfigure(options);
  harness.feed(id, get_line());
  only<wire::Peers>(harness.take(id));
  harness.reconfigure(with(Bucket::kGetPeers, {1, 1}));
  harness.feed(id, get_line());
  EXPECT_EQ(code_of(harness.take(id)), "rate_limited");
}

TEST(Admission, ACallerFromALinkLocalAddressIsOneWhateverItsZone) {
  Harness harness(with(Bucket::kGetPeers, {1, 1}));
  only<wire::Peers>(harness.ask(get_line(), "fe80::1%eth0"));
  EXPECT_EQ(code_of(harness.ask(get_line(), "fe80::1")), "rate_limited");
}

TEST(Admission, ClassicClientsAreLimitedAlike) {
  Harness harness(with(Bucket::kRegister, {1, 2}));
  EXPECT_EQ(harness.ask("{\"type\":\"REGISTER\",\"payload\":\"192.0.2.1:3000\"}"), "Peer registered successfully\n");
  EXPECT_EQ(harness.ask("{\"address\":\"192.0.2.1:3001\"}"), "");
  EXPECT_EQ(code_of(harness.ask("{\"type\":\"REGISTER\",\"payload\":\"192.0.2.1:3002\"}")), "rate_limited");
  EXPECT_EQ(code_of(harness.ask(register_line("192.0.2.1:3003"))), "rate_limited");
  EXPECT_EQ(harness.server().stats().peers, 2U);
}

TEST(Admission, AddressesOtherThanTheCallersOwnAreLimitedByThemselves) {
  Harness harness(with(Bucket::kForeign, {1, 2}));
  only<wire::Registered>(harness.ask(register_line("peer.example:3000")));
  only<wire::Registered>(harness.ask(register_line("192.0.2.2:3000")));
  EXPECT_EQ(code_of(harness.ask(register_line("192.0.2.3:3000"))), "rate_limited");
  EXPECT_EQ(code_of(harness.ask(register_line("peer.example:3001"))), "rate_limited");
  for (int i = 0; i < 5; ++i) only<wire::Registered>(harness.ask(register_line("192.0.2.1:3000")));
  only<wire::Registered>(harness.ask(register_line("[2001:db8::7]:3000"), "2001:db8::1"));
}

TEST(Admission, TooManyMistakesCloseTheConnection) {
  Harness harness(with(Bucket::kMistakes, {1, 3}));
  const ConnectionId id = harness.connect();
  for (int i = 0; i < 3; ++i) {
    harness.feed(id, "{}\n");
    EXPECT_NE(code_of(harness.take(id)), "rate_limited");
  }
  EXPECT_FALSE(harness.closed(id));
  harness.feed(id, "{}\n");
  EXPECT_EQ(code_of(harness.take(id)), "rate_limited");
  EXPECT_TRUE(harness.closed(id));
  const ConnectionId again = harness.connect();
  harness.feed(again, get_line());
  only<wire::Peers>(harness.take(again));
  harness.feed(again, "{}\n");
  EXPECT_TRUE(harness.closed(again));
  harness.advance(1s);
  EXPECT_NE(code_of(harness.ask("{}\n")), "rate_limited");
}

TEST(Admission, WhoIgnoresRefusalsIsDisconnected) {
  Options options = with(Bucket::kPing, {1, 1});
  options.rates[Bucket::kMistakes] = {1, 5};
  Harness harness(options);
  const ConnectionId id = harness.connect();
  std::string flood;
  for (int i = 0; i < 100; ++i) flood += kPing;
  harness.feed(id, flood);
  EXPECT_TRUE(harness.closed(id));
  EXPECT_EQ(replies(harness.take(id)).size(), 1U + 5U + 1U);
}

}  // namespace
}  // namespace suara::directory
