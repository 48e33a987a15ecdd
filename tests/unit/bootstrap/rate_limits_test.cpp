#include "bootstrap-server/core/rate_limits.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "common/util/rng.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{5h};
const Caller kAnn = Caller::of("192.0.2.1");
const Caller kBen = Caller::of("192.0.2.2");

Rates only(Bucket bucket, Rate rate) {
  Rates rates;
  rates[bucket] = rate;
  return rates;
}

Caller ipv4(std::uint64_t number) { return {Caller::Kind::kIpv4, number}; }

TEST(RateLimits, ABurstThenTheRate) {
  RateLimits limits(only(Bucket::kRegister, {2, 3}));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart), std::nullopt);
  EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart), 500ms);
  EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart + 499'999us), 1ms);
  EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart + 500ms), std::nullopt);
  EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart + 500ms), 500ms);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart + 1h), std::nullopt);
  EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart + 1h), 500ms);
}

TEST(RateLimits, ARefusalCostsNothing) {
  RateLimits limits(only(Bucket::kRegister, {1, 1}));
  EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart), std::nullopt);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart + 1ms), 999ms);
  EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart + 1s), std::nullopt);
}

TEST(RateLimits, CallersAndBucketsAreApart) {
  Rates rates = only(Bucket::kRegister, {1, 1});
  rates[Bucket::kRemove] = {1, 1};
  RateLimits limits(rates);
  EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart), std::nullopt);
  EXPECT_EQ(limits.take(kBen, Bucket::kRegister, kStart), std::nullopt);
  EXPECT_EQ(limits.take(kAnn, Bucket::kRemove, kStart), std::nullopt);
  EXPECT_NE(limits.take(kAnn, Bucket::kRegister, kStart), std::nullopt);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limits.take(kAnn, Bucket::kGetPeers, kStart), std::nullopt);
}

TEST(RateLimits, AnIpv6HostIsItsPrefixAndMappedIpv4IsIpv4) {
  EXPECT_EQ(Caller::of("2001:db8:1:2::1"), Caller::of("2001:db8:1:2:ffff::9"));
  EXPECT_NE(Caller::of("2001:db8:1:2::1"), Caller::of("2001:db8:1:3::1"));
  EXPECT_EQ(Caller::of("::ffff:192.0.2.1"), kAnn);
  EXPECT_NE(kAnn, kBen);
  EXPECT_NE(Caller::of("::"), Caller::of("0.0.0.0"));
  EXPECT_EQ(Caller::of("unknown"), Caller{});
}

TEST(RateLimits, ForgetsWhoseBucketsAreFull) {
  RateLimits limits(only(Bucket::kRegister, {1, 10}));
  for (std::uint64_t i = 0; i < 1000; ++i) EXPECT_EQ(limits.take(ipv4(i), Bucket::kRegister, kStart), std::nullopt);
  EXPECT_EQ(limits.callers(), 1000U);
  for (std::uint64_t i = 0; i < 999; ++i) {
    EXPECT_EQ(limits.take(ipv4(5000), Bucket::kRegister, kStart + 1h * (i + 1)), std::nullopt);
    EXPECT_EQ(limits.take(ipv4(6000 + i), Bucket::kRegister, kStart + 1h * (i + 1)), std::nullopt);
  }
  EXPECT_LE(limits.callers(), 3U);
}

TEST(RateLimits, RotatingAddressesFreeNobodyWhoIsRefused) {
  RateLimits limits(only(Bucket::kRegister, {0.001, 3}));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart), std::nullopt);
  for (std::uint64_t i = 0; i < 2 * kMaxLimitedCallers; ++i) {
    EXPECT_EQ(limits.take(ipv4(i), Bucket::kRegister, kStart + 1ms * i), std::nullopt);
    EXPECT_LE(limits.callers(), kMaxLimitedCallers);
  }
  EXPECT_EQ(limits.callers(), kMaxLimitedCallers);
  EXPECT_NE(limits.take(kAnn, Bucket::kRegister, kStart + 200s), std::nullopt);
}

TEST(RateLimits, NewRatesCountFromWhatWasUsed) {
  RateLimits limits(only(Bucket::kRegister, {1, 1}));
  EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart), std::nullopt);
  limits.set_rates(only(Bucket::kRegister, {1, 2}));
  EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart), std::nullopt);
  EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart), 1s);
  limits.set_rates({});
  EXPECT_EQ(limits.take(kAnn, Bucket::kRegister, kStart), std::nullopt);
}

// The naive twin counts tokens in floating point.
TEST(RateLimits, CountsTokensLikeItsNaiveTwin) {
  const std::uint64_t seed = 20;
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeededRng rng(seed);
  const Rate rate{2, 8};
  RateLimits limits(only(Bucket::kGetPeers, rate));
  struct Tokens {
    double left;
    Instant at;
  };
  std::map<Caller, Tokens> twin;
  Instant now = kStart;
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    now += 1ms * (rng.below(125) + 1) * (rng.below(100) == 0 ? 50 : 1);
    const Caller caller = ipv4(rng.below(5));
    Tokens& tokens = twin.try_emplace(caller, Tokens{static_cast<double>(rate.burst), now}).first->second;
    const double passed = std::chrono::duration<double>(now - tokens.at).count();
    tokens = {std::min<double>(rate.burst, tokens.left + passed * rate.per_second), now};
    const bool granted = tokens.left >= 1 - 1e-9;
    if (granted) tokens.left -= 1;
    refused += granted ? 0 : 1;
    ASSERT_EQ(!limits.take(caller, Bucket::kGetPeers, now), granted) << "request " << i;
  }
  EXPECT_GT(refused, 1000);
}

TEST(RateLimits, ReadsRates) {
  const auto rate = Rate::parse("0.5/30");
  ASSERT_TRUE(rate);
  EXPECT_EQ(rate->per_second, 0.5);
  EXPECT_EQ(rate->burst, 30U);
  ASSERT_TRUE(Rate::parse("off"));
  EXPECT_EQ(Rate::parse("off")->burst, 0U);
  for (const std::string text : {"", "5", "5/", "/5", "0/5", "5/0", "-1/5", "5/-1", "nan/5", "inf/5", "5/2.5", "5/5 ",
                                 "0.0001/5", "2000000/5", "5/2000000", "5/5/5"}) {
    EXPECT_FALSE(Rate::parse(text)) << text;
  }
}

}  // namespace
}  // namespace suara::directory
