// Each of the four ways of finding peers alone connects a network, and what is switched off is not done.
#include "tests/support/node_harness.hpp"
#include "tests/support/small_directory.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

using namespace std::chrono_literals;

constexpr const char* kServer = "10.0.1.1:4000";
constexpr unsigned kNodes = 5;
constexpr p2p::Discovery kNone{false, false, false, false};

struct DiscoveryWaysAlone : ::testing::Test {
  NodeNet net;
  SmallDirectory directory;
  std::vector<NodeNet::Host*> nodes;
  std::size_t address_messages = 0;  // between peers

  void SetUp() override {
    net.serve(kServer, [this](const std::string& line) { return directory(line); });
  }
  node::Options options(unsigned number, const p2p::Discovery& ways) const {
    auto options = net.options(number);
    options.bootstrap = {wire::Address{"10.0.1.1", 4000}};
    options.discovery = ways;
    return options;
  }
  NodeNet::Host& start(node::Options options) {
    NodeNet::Host& host = net.start(std::move(options));
    host.on_sent = [this](const std::string& line) {
      if (line.starts_with(R"({"type":"peers")") || line.starts_with(R"({"type":"get_peers")")) ++address_messages;
    };
    nodes.push_back(&host);
    return host;
  }
  void start_all(const p2p::Discovery& ways, std::chrono::seconds apart) {
    for (unsigned number = 1; number <= kNodes; ++number) {
      start(options(number, ways));
      net.run(apart);
    }
  }
  [[nodiscard]] bool all_met() const {
    return std::ranges::all_of(nodes, [&](const auto* host) { return host->node->peers().size() + 1 == nodes.size(); });
  }
};

TEST_F(DiscoveryWaysAlone, PushConnectsANetwork) {
  directory.push = [this](const std::string& line) { net.push(kServer, line); };
  start_all({.push = true, .poll = false, .announce = false, .gossip = false}, 0s);
  EXPECT_TRUE(net.until([&] { return all_met(); }, 5s));
  net.run(10min);
  EXPECT_EQ(directory.subscriptions, kNodes);
  EXPECT_EQ(directory.lists, 0U);
  EXPECT_EQ(address_messages, 0U);
}

TEST_F(DiscoveryWaysAlone, PollConnectsANetwork) {
  start_all({.push = false, .poll = true, .announce = false, .gossip = false}, 0s);
  EXPECT_TRUE(net.until([&] { return all_met(); }, 60s + 1s));
  net.run(10min);
  EXPECT_EQ(directory.subscriptions, 0U);
  EXPECT_GE(directory.lists, kNodes * 10);
  EXPECT_EQ(address_messages, 0U);
}

TEST_F(DiscoveryWaysAlone, AnnouncementConnectsANetwork) {
  start_all({.push = false, .poll = false, .announce = true, .gossip = false}, 1s);
  EXPECT_TRUE(all_met()) << "each newcomer dialed everybody there was";
  net.run(10min);
  EXPECT_EQ(directory.subscriptions, 0U);
  EXPECT_EQ(directory.lists, kNodes) << "each asked once";
  EXPECT_EQ(address_messages, 0U);
}

TEST_F(DiscoveryWaysAlone, AnnouncementIsRepeatedByThoseWhoFoundNobody) {
  start(options(1, {.push = false, .poll = false, .announce = true, .gossip = false}));
  net.run(30min);
  EXPECT_GE(directory.lists, 30U);
  directory.lists = 0;
  start(options(2, kNone));
  EXPECT_TRUE(net.until([&] { return all_met(); }, 60s + 1s));
  net.run(30min);
  EXPECT_EQ(directory.lists, 1U);
}

TEST_F(DiscoveryWaysAlone, WhoeverAnnouncedItselfIsDialedAfterARestart) {
  start_all({.push = false, .poll = false, .announce = true, .gossip = false}, 1s);
  ASSERT_TRUE(all_met());
  net.run(10s);
  net.stop_serving(kServer);
  net.kill(*nodes[0]);  // which never dialed anybody
  net.kill(*nodes[1]);
  net.boot(*nodes[0]);
  EXPECT_TRUE(net.until([&] { return nodes[0]->node->peers().size() == kNodes - 2; }, 5s));
}

TEST_F(DiscoveryWaysAlone, GossipConnectsANetwork) {
  for (unsigned number = 1; number <= kNodes; ++number) {
    auto given = options(number, {.push = false, .poll = false, .announce = false, .gossip = true});
    given.bootstrap.clear();
    if (number > 1) given.static_peers = {wire::Address{"10.0.0.1", 3000}};
    start(std::move(given));
  }
  EXPECT_TRUE(net.until([&] { return all_met(); }, 10s));
  EXPECT_EQ(directory.registrations, 0U);
}

TEST_F(DiscoveryWaysAlone, NoneRegistersAndWaits) {
  start_all(kNone, 1s);
  net.run(10min);
  for (const auto* host : nodes) EXPECT_EQ(host->node->peers().size(), 0U);
  EXPECT_EQ(directory.rows.size(), kNodes);
  EXPECT_EQ(directory.subscriptions + directory.lists, 0U);
  start(options(kNodes + 1, {}));
  EXPECT_TRUE(net.until([&] { return nodes.back()->node->peers().size() == kNodes; }, 5s)) << "but they are found";
}

TEST_F(DiscoveryWaysAlone, WithoutAnnouncementsAHelloTeachesNothing) {
  for (const bool heeded : {false, true}) {
    auto given = options(heeded ? 1 : 2, {.push = false, .poll = false, .announce = heeded, .gossip = true});
    given.bootstrap.clear();
    auto& host = net.start(std::move(given));
    auto& listener = net.befriend(host, "listener");
    net.befriend(host, "newcomer", 0, 0, wire::Address{"10.0.7.7", 3000});
    net.run(1s);
    EXPECT_EQ(listener.received("10.0.7.7:3000"), heeded);
  }
}

TEST_F(DiscoveryWaysAlone, WithoutGossipPeersAreNeitherAskedNorAnsweredNorBelieved) {
  auto& host = start(options(1, {.push = true, .poll = true, .announce = true, .gossip = false}));
  auto& asker = net.befriend(host, "asker", 0, 0, wire::Address{"10.0.7.7", 3000});
  auto& silent = start(options(2, kNone));
  directory.rows.clear();
  net.say(asker, wire::peer::GetPeers{});
  net.say(asker, wire::peer::Peers{{wire::Address{"10.0.0.2", 3000}}});
  net.run(1s);
  EXPECT_EQ(silent.node->peers().size(), 0U);
  EXPECT_FALSE(asker.received("peers"));
  EXPECT_EQ(address_messages, 0U);
}

TEST_F(DiscoveryWaysAlone, AnIdleConnectionToAServerIsKeptOpen) {
  auto given = options(1, {.push = true, .poll = false, .announce = false, .gossip = false});
  given.advertise.reset();
  std::size_t pings = 0;
  auto& host = net.start(std::move(given));
  host.on_sent = [&](const std::string& line) {
    if (line.find("PING") != std::string::npos) ++pings;
  };
  net.run(10min + 1s);
  EXPECT_EQ(pings, 10U) << "one a minute";
  EXPECT_EQ(host.node->bootstrap().at(0).state, "listening");
}

TEST_F(DiscoveryWaysAlone, WithAllServersDownAndEverybodyRestartedTheBookIsEnough) {
  start_all({}, 1s);
  ASSERT_TRUE(net.until([&] { return all_met(); }, 1min));
  net.run(10s);
  net.stop_serving(kServer);
  for (auto* host : nodes) net.kill(*host);
  net.run(1h);
  for (auto* host : nodes) net.boot(*host);
  EXPECT_TRUE(net.until([&] { return all_met(); }, 1min));
}

}  // namespace
}  // namespace suara::testing
