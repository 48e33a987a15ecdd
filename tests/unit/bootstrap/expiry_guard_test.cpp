// Mass expiry is held back, and released: times are exact.
#include "tests/unit/bootstrap/lines.hpp"

#include "bootstrap-server/core/limits.hpp"

#include <gmock/gmock.h>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Peers of one network that renew every 40 s, as long as they are told to.
struct Network {
  Harness harness;
  ConnectionId subscriber = harness.connect();

  explicit Network(int peers) {
    harness.answer_probes(Harness::everybody_is_there);
    harness.advance(10min);
    harness.feed(subscriber, subscribe_line());
    renew(0, peers);
    harness.take(subscriber);
    harness.reports.clear();
  }
  void renew(int from, int until) {
    for (int i = from; i < until; ++i) harness.ask(register_line("p" + std::to_string(i) + ":1"));
  }
  void live(int from, int until, std::chrono::milliseconds time) {
    for (; time > 0s; time -= 40s) {
      renew(from, until);
      harness.advance(40s);
    }
  }
  [[nodiscard]] std::uint64_t peers() const { return harness.server().stats().peers; }
  [[nodiscard]] std::size_t paused() const { return harness.server().stats().networks_paused; }
  [[nodiscard]] bool reported(const std::string& part) const {
    return testing::Value(harness.reports, Contains(Field(&Report::text, HasSubstr(part))));
  }
};

TEST(ExpiryGuard, ANetworkThatFallsSilentStaysUntilItIsBack) {
  Network network(10);
  network.harness.advance(120s);
  EXPECT_EQ(network.peers(), 10U);
  EXPECT_EQ(network.paused(), 1U);
  EXPECT_TRUE(network.reported("alarm: more than half of network " + kNetwork));
  network.harness.advance(10min);
  EXPECT_EQ(network.peers(), 10U);
  EXPECT_THAT(network.harness.take(network.subscriber), IsEmpty());
  // Eight are back; the other two leave when their time comes round.
  network.live(0, 8, 4 * 40s);
  EXPECT_EQ(network.paused(), 0U);
  EXPECT_TRUE(network.reported("is heard again"));
  EXPECT_EQ(network.peers(), 8U);
  EXPECT_THAT(news(network.harness.take(network.subscriber)), SizeIs(2));
}

TEST(ExpiryGuard, ItGivesUpAfterAnHourAndDoesNotBeginAnew) {
  Network network(10);
  network.harness.advance(120s);
  network.harness.advance(1h - 1ms);
  EXPECT_EQ(network.peers(), 10U);
  network.harness.advance(120s);
  EXPECT_EQ(network.peers(), 0U);
  EXPECT_TRUE(network.reported("has been silent for an hour"));
  EXPECT_EQ(network.paused(), 0U);
  network.harness.advance(10min);
  EXPECT_EQ(network.harness.server().next_deadline(), std::nullopt) << "nothing is left to look at";
}

TEST(ExpiryGuard, LeasesOfAHealthyNetworkEndToTheMillisecond) {
  Network network(10);
  network.live(0, 6, 80s);
  network.renew(0, 6);
  network.harness.advance(40s - 1ms);
  EXPECT_EQ(network.peers(), 10U);
  network.harness.advance(1ms);
  EXPECT_EQ(network.peers(), 6U);
  EXPECT_EQ(network.paused(), 0U);
}

TEST(ExpiryGuard, FourPeersAreNoNetworkToSpeakOf) {
  Network network(4);
  network.harness.advance(120s);
  EXPECT_EQ(network.peers(), 0U);
  EXPECT_EQ(network.paused(), 0U);
}

TEST(ExpiryGuard, OtherNetworksAreNotHeldBack) {
  Network network(10);
  for (int i = 0; i < 3; ++i) network.harness.ask(register_line("q" + std::to_string(i) + ":1", kOther));
  network.harness.advance(120s);
  EXPECT_EQ(network.peers(), 10U);
}

TEST(ExpiryGuard, WhoWasRemovedByRequestIsGoneAllTheSame) {
  Network network(10);
  network.harness.advance(121s);
  only<wire::Removed>(network.harness.ask(remove_line("p1:1")));
  EXPECT_EQ(network.peers(), 9U);
  EXPECT_EQ(only<wire::Peers>(network.harness.ask(get_line())).peers.front().lease_left_ms, 1U);
}

TEST(ExpiryGuard, ClassicPeersThatWereThereAreNotDroppedWhenNobodyCanBeReached) {
  Harness harness;
  harness.answer_probes(Harness::everybody_is_there);
  for (int i = 0; i < 10; ++i) {
    harness.ask("{\"type\":\"REGISTER\",\"payload\":\"p" + std::to_string(i) + ":1\"}\n");
  }
  harness.advance(10min);
  EXPECT_EQ(harness.server().stats().peers_verified, 10U);
  harness.answer_probes(Harness::nobody_is_there);
  harness.advance(30min);
  EXPECT_EQ(harness.server().stats().peers, 10U) << "our own cable";
  harness.answer_probes(Harness::everybody_is_there);
  harness.advance(10min);
  EXPECT_EQ(harness.server().stats().networks_paused, 0U);
  EXPECT_EQ(harness.server().stats().peers_verified, 10U);
}

}  // namespace
}  // namespace suara::directory
