// How nodes find each other.
#include "common/wire/bootstrap_messages.hpp"
#include "peer-node/p2p/address_book.hpp"
#include "peer-node/p2p/limits.hpp"
#include "tests/support/node_harness.hpp"
#include "tests/support/small_directory.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

constexpr const char* kServer = "10.0.1.1:4000";

struct NodeDiscovery : ::testing::Test {
  NodeNet net;
  SmallDirectory directory;

  void serve() {
    net.serve(kServer, [this](const std::string& line) { return directory(line); });
  }
  node::Options registering(unsigned number) const {
    auto options = net.options(number);
    options.bootstrap = {wire::Address{"10.0.1.1", 4000}};
    return options;
  }
};

TEST_F(NodeDiscovery, ThreeNodesMeetThroughTheBootstrapServer) {
  serve();
  auto& first = net.start(registering(1));
  auto& second = net.start(registering(2));
  auto& third = net.start(registering(3));
  const auto all_met = [&] {
    return first.node->peers().size() == 2 && second.node->peers().size() == 2 && third.node->peers().size() == 2;
  };
  EXPECT_TRUE(net.until(all_met, std::chrono::minutes(2)));
  EXPECT_TRUE(first.reported("registered with bootstrap server 10.0.1.1:4000 as 10.0.0.1:3000, lease 120 s"));
}

TEST_F(NodeDiscovery, RefreshesItsLeaseAndPolls) {
  serve();
  net.start(registering(1));
  net.run(std::chrono::seconds(601));
  EXPECT_EQ(directory.registrations, 1U + 600 / 40);
  EXPECT_GE(directory.lists, 10U);
  EXPECT_LE(directory.lists, 21U);
}

TEST_F(NodeDiscovery, PushedNewcomerIsDialed) {
  serve();
  auto& first = net.start(registering(1));
  ASSERT_TRUE(net.until([&] { return directory.lists == 1; }));
  auto& second = net.start(net.options(2));
  net.push(kServer, R"({"type":"PEER_JOINED","payload":{"address":"10.0.0.2:3000","network":")" +
                        chain::network_id(net.spec).hex() + R"(","revision":2,"state":"verified"}})");
  EXPECT_TRUE(net.until([&] { return second.node->peers().size() == 1; }, std::chrono::seconds(1)));
  EXPECT_EQ(first.node->peers().size(), 1U);
}

TEST_F(NodeDiscovery, AddressesNobodyHasReachedYetAreNotDialed) {
  serve();
  net.start(registering(1));
  ASSERT_TRUE(net.until([&] { return directory.lists == 1; }));
  auto& second = net.start(net.options(2));
  const auto joined = [&](std::uint64_t revision, wire::RowState state) {
    const wire::PeerJoined event{{"10.0.0.2", 3000}, chain::network_id(net.spec).hex(), revision, state};
    net.push(kServer, wire::encode(wire::BootstrapReply(event)));
  };
  joined(2, wire::RowState::kUnverified);
  net.run(std::chrono::minutes(5));
  EXPECT_EQ(second.node->peers().size(), 0U);
  joined(3, wire::RowState::kVerified);
  EXPECT_TRUE(net.until([&] { return second.node->peers().size() == 1; }, std::chrono::seconds(1)));
}

TEST_F(NodeDiscovery, UnreachableServerIsReportedOncePerChange) {
  auto& host = net.start(registering(1));
  net.run(std::chrono::minutes(10));
  const auto count = [&](const std::string& part) {
    return std::ranges::count_if(host.reports, [&](const auto& text) { return text.find(part) != std::string::npos; });
  };
  EXPECT_EQ(count("cannot be reached"), 1);
  EXPECT_EQ(host.node->bootstrap().at(0).state, "unreachable");
  serve();
  ASSERT_TRUE(net.until([&] { return host.node->bootstrap().at(0).state == "registered"; }, std::chrono::seconds(61)));
  net.stop_serving(kServer);
  net.run(std::chrono::minutes(10));
  EXPECT_EQ(count("cannot be reached"), 2);
  EXPECT_EQ(count("registered with"), 1);
}

TEST_F(NodeDiscovery, PeersThatKnowEachOtherDoNotNeedTheServerAfterARestart) {
  serve();
  auto& first = net.start(registering(1));
  auto& second = net.start(registering(2));
  ASSERT_TRUE(net.until([&] { return first.node->peers().size() == 1; }));
  net.run(std::chrono::seconds(10));
  net.stop_serving(kServer);
  net.kill(first);
  net.boot(first);
  EXPECT_TRUE(net.until([&] { return second.node->peers().size() == 1; }, std::chrono::seconds(5)));
}

TEST_F(NodeDiscovery, GossipTellsOfNewcomers) {
  auto& hub = net.start(net.options(1));
  auto& listener = net.befriend(hub, "listener");
  auto options = net.options(2);
  options.static_peers = {wire::Address{"10.0.0.1", 3000}};
  net.start(options);
  EXPECT_TRUE(
      net.until([&] { return listener.received(R"({"type":"peers","payload":{"addresses":["10.0.0.2:3000"]}})"); },
                std::chrono::seconds(1)));
}

TEST_F(NodeDiscovery, OneOfThoseWhoSayTheyAreAStaticPeerIsExemptFromTheCap) {
  auto options = net.options(1);
  const wire::Address operators{"10.0.0.5", 3000};
  options.static_peers = {operators};
  options.max_inbound = 1;
  auto& host = net.start(options);
  net.befriend(host, "somebody");
  net.befriend(host, "the static peer", 0, 0, operators);
  auto& another = net.introduce(host, "another that says so", 0, 0, operators);
  EXPECT_TRUE(net.until([&] { return another.closed; }, std::chrono::seconds(1)));
  EXPECT_EQ(host.node->peers().size(), 2U);
  // It is known by its key: dialing again it takes the place of its old connection.
  net.introduce(host, "the static peer", 0, 0, operators);
  net.run(std::chrono::seconds(1));
  EXPECT_EQ(host.node->peers().size(), 2U);
}

TEST_F(NodeDiscovery, InventedAddressesArePassedOnOnlySoFar) {
  auto& host = net.start(net.options(1));
  auto& liar = net.befriend(host, "a liar");
  auto& other = net.befriend(host, "somebody");
  unsigned told = 0;
  const auto tell = [&](std::size_t messages) {
    for (std::size_t i = 0; i < messages; ++i) {
      wire::peer::Peers peers;
      for (std::size_t k = 0; k < p2p::kMaxGossipAddresses; ++k, ++told) {
        peers.addresses.push_back({"10.7." + std::to_string(told / 200) + "." + std::to_string(told % 200), 3000});
      }
      net.say(liar, peers);
    }
    net.run(std::chrono::milliseconds(1));
  };
  const auto passed_on = [&] {
    std::size_t count = 0;
    for (const std::string& line : other.lines) {
      const auto message = wire::peer::decode(line);
      if (const auto* peers = std::get_if<wire::peer::Peers>(&*message)) count += peers->addresses.size();
    }
    return count;
  };
  tell(300);
  const std::size_t before = passed_on();
  EXPECT_LE(before, p2p::kMaxAddressesHeeded);
  EXPECT_GT(before, p2p::kMaxAddressesHeeded * 3 / 4) << "some of one source find their place taken";
  net.run(5 * p2p::kAddressInterval);
  tell(10);
  EXPECT_GT(passed_on(), before);
  EXPECT_LE(passed_on(), before + 5);
  EXPECT_FALSE(liar.closed);
}

TEST_F(NodeDiscovery, NamesThatLeadIntoOneNetworkGetOneConnection) {
  serve();
  for (unsigned i = 1; i <= 4; ++i) {
    auto options = net.options(10 + i);
    options.advertise = wire::Address{"node-" + std::to_string(i) + ".example", 3000};
    net.resolves_to[options.advertise->host] = "8.8.0." + std::to_string(i);
    directory.rows.push_back(*options.advertise);
    net.start(options);
  }
  auto& host = net.start(registering(1));
  ASSERT_TRUE(net.until([&] { return host.node->peers().size() == 1; }, std::chrono::seconds(5)));
  net.run(std::chrono::minutes(5));
  EXPECT_EQ(host.node->peers().size(), 1U);
}

TEST_F(NodeDiscovery, OneNetworkThatIsMostOfWhatIsToldOfGetsOneOfEightPlaces) {
  constexpr unsigned kAttackers = 27;
  constexpr unsigned kHonest = 9;
  wire::peer::Peers told;
  for (unsigned i = 0; i < kAttackers + kHonest; ++i) {
    auto options = net.options(100 + i);
    const bool honest = i < kHonest;
    options.advertise->host = honest ? "9." + std::to_string(i) + ".0.1" : "6.6.0." + std::to_string(i);
    options.max_outbound = 0;
    told.addresses.push_back(*options.advertise);
    net.start(options);
  }
  auto& host = net.start(net.options(1));
  auto& liar = net.befriend(host, "a liar");
  net.say(liar, told);
  ASSERT_TRUE(net.until([&] { return host.node->peers().size() == 1 + 8; }, std::chrono::minutes(5)));
  const auto attackers = [&] {
    return std::ranges::count_if(host.node->peers(), [](const auto& peer) { return peer.address.starts_with("6.6."); });
  };
  EXPECT_LE(attackers(), 1);
  net.run(std::chrono::minutes(5));
  EXPECT_LE(attackers(), 1);
}

TEST_F(NodeDiscovery, AServerThatAnotherNamedIsEnoughWhenThatIsGone) {
  constexpr const char* kOther = "10.0.1.2:4000";
  SmallDirectory other;
  directory.others = {wire::Address{"10.0.1.2", 4000}, wire::Address{"10.0.1.1", 4000}};
  serve();
  net.serve(kOther, [&](const std::string& line) { return other(line); });
  auto& first = net.start(registering(1));
  EXPECT_TRUE(net.until([&] { return other.rows.size() == 1; }, std::chrono::seconds(1)));
  EXPECT_EQ(first.node->bootstrap().size(), 2U);
  net.run(std::chrono::seconds(10));
  net.stop_serving(kServer);
  net.kill(first);
  net.boot(first);
  auto options = net.options(2);
  options.bootstrap = {wire::Address{"10.0.1.2", 4000}};
  net.start(options);
  EXPECT_TRUE(net.until([&] { return first.node->peers().size() == 1; }, std::chrono::seconds(5)));
  EXPECT_EQ(first.node->bootstrap().at(1).state, "registered");
}

TEST_F(NodeDiscovery, WhoeverIsOnlyLookedAtDoesNotBecomeAPeer) {
  // A book in which the newcomer's place among the tried is taken.
  SeededRng rng(7);
  p2p::AddressBook book;
  book.load(store::MemoryStore(), net.now(), rng);
  wire::Address newcomer{"8.8.0.0", 3000};
  for (unsigned i = 1; !book.to_test(); ++i) {
    newcomer.host = "8.8." + std::to_string(i / 250) + "." + std::to_string(i % 250);
    book.add(newcomer, p2p::NetGroup("source"), net.now());
    book.succeeded(newcomer, net.now());
  }
  const wire::Address old = *book.to_test();
  auto at = [&](unsigned number, const wire::Address& address) {
    auto options = net.options(number);
    options.advertise = address;
    options.max_outbound = 0;
    return options;
  };
  auto options = at(1, {"10.0.0.1", 3000});
  options.static_peers = {newcomer};
  auto& host = net.start(options);
  net.kill(host);
  host.disk.apply(book.flush());
  auto& looked_at = net.start(at(2, old));
  net.start(at(3, newcomer));
  net.boot(host);
  std::size_t looks = 0;
  host.on_sent = [&](const std::string& line) {
    if (line.find("only to see whether you are there") != std::string::npos) ++looks;
  };
  EXPECT_TRUE(net.until([&] { return looks == 1; }, std::chrono::seconds(5)));
  net.run(std::chrono::minutes(5));
  EXPECT_EQ(looks, 1U) << "it answered, so nothing is open any more";
  EXPECT_EQ(host.node->peers().size(), 1U);
  EXPECT_FALSE(looked_at.reported("connected to"));
  EXPECT_TRUE(looked_at.node->peers().empty());
}

TEST_F(NodeDiscovery, InboundCapTurnsAwayTheNext) {
  auto options = net.options(1);
  options.max_inbound = 2;
  auto& hub = net.start(options);
  net.befriend(hub, "a");
  net.befriend(hub, "b");
  auto late = net.options(5);
  late.static_peers = {wire::Address{"10.0.0.1", 3000}};
  auto& turned_away = net.start(late);
  net.run(std::chrono::seconds(10));
  EXPECT_EQ(hub.node->peers().size(), 2U);
  EXPECT_EQ(turned_away.node->peers().size(), 0U);
}

}  // namespace
}  // namespace suara::testing
