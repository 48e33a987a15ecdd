// Whoever has one address of a /16 can have thousands: they are worth one outbound connection.
#include "tests/sim/scenes/scene.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace suara::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr unsigned kAttackers = 90;
constexpr unsigned kOthers = 10;
const std::string kAttackersNetwork = "45.66.";

struct Eclipse : testing::Test {
  Scene scene;
  std::vector<wire::Address> gossip;
  NodeHost& node = scene.start(listening_at("198.51.7.1"));

  node::Options listening_at(const std::string& host) {
    auto options = scene.options(1);
    options.advertise = wire::Address{host, Scene::kPeerPort};
    return options;
  }
  Eclipse() {
    for (unsigned i = 0; i < kAttackers; ++i) add(kAttackersNetwork + std::to_string(i) + ".1");
    for (unsigned i = 0; i < kOthers; ++i) add(std::to_string(60 + i) + ".1.0.1");
  }
  void add(const std::string& host) {
    scene.play(host, Scene::kPeerPort, {.answers_addresses = false});
    gossip.push_back({host, Scene::kPeerPort});
  }
  [[nodiscard]] std::size_t outbound(const std::string& prefix = "") const {
    return static_cast<std::size_t>(std::ranges::count_if(node.node()->peers(), [&](const node::PeerInfo& peer) {
      return !peer.inbound && peer.address.starts_with(prefix);
    }));
  }
};

TEST_F(Eclipse, NineTenthsOfTheGossipAreWorthOneOfEightConnections) {
  auto& gossiper = scene.play(kAttackersNetwork + "200.1", std::nullopt, {});
  gossiper.dial({node.ip(), Scene::kPeerPort});
  ASSERT_TRUE(scene.until([&] { return !gossiper.connections().empty(); }));
  gossiper.say(wire::peer::Peers{gossip});
  std::size_t most = 0;
  const auto watch = [&](Duration time) {
    for (const Instant end = scene.now() + time; scene.now() < end; scene.run(std::chrono::milliseconds(100))) {
      most = std::max(most, outbound(kAttackersNetwork));
    }
  };
  watch(minutes(2));
  EXPECT_EQ(outbound(), 8U);
  EXPECT_LE(most, 1U);
  // They need not be there at once: others lose their connections now and then.
  for (int round = 0; round < 20; ++round) {
    scene.environment.network.reset_all();
    watch(seconds(30));
  }
  EXPECT_EQ(outbound(), 8U);
  EXPECT_EQ(most, 1U);
}

}  // namespace
}  // namespace suara::sim
