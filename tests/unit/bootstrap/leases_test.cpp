#include "bootstrap-server/core/limits.hpp"
#include "tests/unit/bootstrap/lines.hpp"

#include <gmock/gmock.h>

#include <map>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Leases, ExpireUnlessRefreshed) {
  Harness harness;
  harness.advance(10min);
  const ConnectionId id = harness.connect();
  harness.feed(id, subscribe_line());
  harness.take(id);
  harness.ask(register_line("a:1"));
  harness.ask(register_line("b:2"));
  harness.advance(60s);
  harness.ask(register_line("b:2"));
  harness.advance(59s);
  EXPECT_THAT(news(harness.take(id)), ElementsAre("+a:1", "+b:2"));
  harness.advance(2s);
  EXPECT_THAT(news(harness.take(id)), ElementsAre("-a:1 expired"));
  harness.advance(60s);
  EXPECT_THAT(news(harness.take(id)), ElementsAre("-b:2 expired"));
  EXPECT_EQ(harness.server().stats().peers, 0U);
  EXPECT_EQ(harness.server().next_deadline(), std::nullopt);
}

TEST(Leases, ARestartAfterDowntimeGivesEverybodyATtlToRefresh) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.ask(register_line("b:2"));
  harness.restart(24h);
  harness.advance(119s);
  harness.ask(register_line("a:1"));
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), ElementsAre("a:1", "b:2"));
  harness.advance(2s);
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), ElementsAre("a:1"));
}

TEST(Leases, JumpsOfTheCivilClockExpireNobody) {
  Harness harness;
  harness.advance(10min);
  harness.ask(register_line("a:1"));
  harness.jump(48h);
  harness.advance(60s);
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), ElementsAre("a:1"));
  harness.jump(-96h);
  harness.advance(61s);
  EXPECT_THAT(only<wire::Peers>(harness.ask(get_line())).peers, IsEmpty());
}

TEST(Leases, GrantedWhileTheClockWasAheadDoNotLinger) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.jump(-48h);
  harness.restart(1s);
  harness.advance(120s);
  EXPECT_THAT(only<wire::Peers>(harness.ask(get_line())).peers, SizeIs(1));
  harness.advance(121s);
  EXPECT_THAT(only<wire::Peers>(harness.ask(get_line())).peers, IsEmpty());
}

TEST(Leases, ManyEndInBoundedSteps) {
  Harness harness;
  harness.advance(10min);
  for (std::size_t i = 0; i < kMaxDuePerTick + 10; ++i) {
    harness.ask(register_line("p" + std::to_string(i) + ":1", sha256(as_bytes(std::to_string(i))).hex()));
  }
  harness.advance(120s);
  EXPECT_EQ(harness.server().stats().peers, 0U);
}

TEST(Leases, WhenManyEndTogetherASampleOfTheClassicPeersHearsOfAll) {
  Harness harness(Options{1h, Verify::kOff});
  constexpr std::size_t kPeers = 100;
  for (std::size_t i = 1; i <= kPeers; ++i) {
    harness.ask("{\"type\":\"REGISTER\",\"payload\":\"classic:" + std::to_string(i) + "\"}\n");
  }
  for (std::size_t i = 1; i <= kMaxDuePerTick; ++i) harness.ask(register_line("a:" + std::to_string(i), ""));
  harness.notices.clear();
  harness.advance(1h);
  EXPECT_EQ(harness.server().stats().peers, kPeers + kMaxDuePerTick) << "it seems to be our own fault";
  harness.advance(kMaxPause);
  EXPECT_EQ(harness.server().stats().peers, kPeers);
  std::map<std::string, std::size_t> told;
  for (const Notify& notice : harness.notices) ++told[notice.address.text()];
  EXPECT_THAT(told, SizeIs(kMaxNoticesAtOnce / kMaxDuePerTick));
  for (const auto& [address, notices] : told) EXPECT_EQ(notices, kMaxDuePerTick) << address;
}

TEST(Leases, AShorterTtlKeepsThosePromisedAndHoldsForTheNext) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.reconfigure(Options{10s});
  EXPECT_EQ(only<wire::Registered>(harness.ask(register_line("b:1"))).ttl_seconds, 10U);
  harness.advance(11s);
  EXPECT_EQ(harness.server().stats().peers, 1U);
  harness.advance(108s);
  EXPECT_EQ(harness.server().stats().peers, 1U);
  harness.advance(2s);
  EXPECT_EQ(harness.server().stats().peers, 0U);
}

TEST(Leases, ALongerTtlHoldsFromTheNextRegistration) {
  Harness harness(Options{10s});
  harness.ask(register_line("a:1"));
  harness.reconfigure(Options{100s});
  harness.ask(register_line("b:1"));
  harness.advance(12s);
  EXPECT_EQ(harness.server().stats().peers, 1U);
  harness.advance(87s);
  EXPECT_EQ(harness.server().stats().peers, 1U);
  harness.advance(3s);
  EXPECT_EQ(harness.server().stats().peers, 0U);
}

TEST(Leases, ClassicRowsHaveNone) {
  Harness harness(Options{120s, Verify::kOff});
  harness.ask("{\"type\":\"REGISTER\",\"payload\":\"a:1\"}\n");
  harness.advance(24h);
  harness.restart(24h);
  harness.advance(24h);
  EXPECT_EQ(harness.ask("{\"type\":\"GET_PEERS\"}\n"), "[{\"address\":\"a:1\"}]\n");
}

}  // namespace
}  // namespace suara::directory
