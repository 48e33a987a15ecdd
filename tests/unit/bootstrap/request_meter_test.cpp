#include "tests/unit/bootstrap/lines.hpp"

#include <gmock/gmock.h>

#include <numeric>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::uint64_t count(const DurationHistogram& took) {
  return std::accumulate(took.counts().begin(), took.counts().end(), std::uint64_t{0});
}

TEST(RequestMeter, CountsByKindAndResult) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.ask(register_line("a:1"));
  harness.ask(register_line("0.0.0.0:1"));
  harness.ask(get_line());
  harness.ask("{\"type\":\"GET_PEERS\"}\n");
  harness.ask(remove_line("b:1"));
  harness.ask(remove_line("a:1", kOther));
  harness.ask(remove_line("a:1"));
  const RequestMeter& meter = harness.server().requests();
  EXPECT_EQ(meter.of(RequestKind::kRegister).granted, 2U);
  EXPECT_THAT(meter.of(RequestKind::kRegister).refused, ElementsAre(Pair("unspecified_address", 1U)));
  EXPECT_EQ(meter.of(RequestKind::kGetPeers).granted, 2U);
  EXPECT_EQ(meter.of(RequestKind::kRemove).granted, 1U);
  EXPECT_THAT(meter.of(RequestKind::kRemove).refused, ElementsAre(Pair("not_found", 2U)));
  EXPECT_EQ(meter.of(RequestKind::kSubscribe).granted, 0U);
  EXPECT_THAT(meter.bad_lines(), IsEmpty());

  const Stats stats = harness.server().stats();
  EXPECT_EQ(stats.registered, 1U);
  EXPECT_EQ(stats.renewed, 1U);
  EXPECT_THAT(stats.removed, ElementsAre(1U, 0U, 0U));
}

TEST(RequestMeter, CountsBadLinesByCodeAndRefusalsByBucket) {
  Options options;
  options.rates[Bucket::kPing] = {1, 1};
  Harness harness(options);
  harness.ask("{}\n");
  harness.ask("{\"type\":\"FROB\"}\n");
  harness.ask("{\"type\":\"FROB\"}\n");
  for (int i = 0; i < 3; ++i) harness.ask("{\"type\":\"PING\",\"payload\":{}}\n");
  const RequestMeter& meter = harness.server().requests();
  EXPECT_THAT(meter.bad_lines(), ElementsAre(Pair("missing_member", 1U), Pair("unknown_type", 2U)));
  EXPECT_EQ(meter.of(RequestKind::kPing).granted, 1U);
  EXPECT_THAT(meter.of(RequestKind::kPing).refused, ElementsAre(Pair("rate_limited", 2U)));
  EXPECT_EQ(meter.rate_limited_of(Bucket::kPing), 2U);
  EXPECT_EQ(meter.rate_limited_of(Bucket::kMistakes), 0U);
}

TEST(RequestMeter, TimesFromTheLineToTheAnswerIncludingTheDisk) {
  Harness harness;
  harness.set_disk_slow(true);
  const ConnectionId id = harness.connect();
  harness.feed(id, register_line("a:1"));
  harness.feed(id, get_line());
  harness.advance(3ms);
  EXPECT_EQ(count(harness.server().requests().of(RequestKind::kRegister).took), 0U);
  harness.store_next();
  EXPECT_EQ(replies(harness.take(id)).size(), 2U);
  for (const RequestKind kind : {RequestKind::kRegister, RequestKind::kGetPeers}) {
    EXPECT_EQ(count(harness.server().requests().of(kind).took), 1U);
    EXPECT_EQ(harness.server().requests().of(kind).took.sum(), 3ms);
  }
}

TEST(RequestMeter, AThousandRequestsBehindEachOtherAreTimedEach) {
  Harness harness;
  harness.set_disk_slow(true);
  const ConnectionId id = harness.connect();
  for (int i = 0; i < 500; ++i) {
    harness.feed(id, register_line("a:1"));
    harness.feed(id, "{}\n");
    harness.advance(1ms);
  }
  while (harness.store_next()) {
  }
  const DurationHistogram& took = harness.server().requests().of(RequestKind::kRegister).took;
  EXPECT_EQ(count(took), 500U);
  EXPECT_EQ(took.sum(), 1ms * (500 * 501 / 2));
}

}  // namespace
}  // namespace suara::directory
