#include "peer-node/p2p/connection_manager.hpp"
#include "common/store/memory_store.hpp"

#include <gtest/gtest.h>

namespace suara::p2p {
namespace {

constexpr std::size_t kOutbound = 8;

struct ConnectionManagerTest : ::testing::Test {
  Now now{Instant{} + std::chrono::hours(1), from_unix_ms(1'764'000'000'000)};
  SeededRng rng{1};
  AddressBook book;
  PeerSet peers;
  std::uint64_t last_id = 0;

  Peer& connect(const std::string& host, bool is_static = false) {
    Handshake handshake(Role::kDialer, NetworkId{}, PrivateKey::from_seed("us"), rng);
    Peer& peer = peers.add(Peer(ConnectionId{++last_id}, std::move(handshake), host, host, now.instant));
    peer.dialed = wire::Address{host, 3000};
    peer.group = NetGroup(host);
    peer.is_static = is_static;
    return peer;
  }
  std::vector<std::string> dial(ConnectionManager& manager) {
    std::vector<std::string> hosts;
    for (const auto& attempt : manager.due(now, peers, book, rng)) {
      manager.began(DialId{++last_id}, attempt);
      hosts.push_back(attempt.address.host);
    }
    return hosts;
  }
};

TEST_F(ConnectionManagerTest, DialsOneOfEachPublicGroup) {
  for (int i = 1; i <= 50; ++i) book.add({"8.8.0." + std::to_string(i), 3000}, NetGroup("source"), now);
  book.add({"9.9.0.1", 3000}, NetGroup("source"), now);
  ConnectionManager manager({}, std::nullopt, kOutbound);
  auto dialed = dial(manager);
  ASSERT_EQ(dialed.size(), 2U);
  EXPECT_NE(NetGroup(dialed[0]), NetGroup(dialed[1]));
  EXPECT_TRUE(dial(manager).empty()) << "those being dialed count";
}

TEST_F(ConnectionManagerTest, AnOpenConnectionKeepsItsGroupUntilItCloses) {
  book.add({"8.8.0.1", 3000}, NetGroup("source"), now);
  ConnectionManager manager({}, std::nullopt, kOutbound);
  Peer& open = connect("8.8.200.1");
  EXPECT_TRUE(dial(manager).empty());
  open.closing = true;
  EXPECT_EQ(dial(manager), std::vector<std::string>{"8.8.0.1"});
}

TEST_F(ConnectionManagerTest, PrivateNetworksAndNamesKnowNoSuchRule) {
  for (int i = 1; i <= 4; ++i) book.add({"10.0.0." + std::to_string(i), 3000}, NetGroup("source"), now);
  book.add({"localhost", 3001}, NetGroup("source"), now);
  book.add({"localhost", 3002}, NetGroup("source"), now);
  ConnectionManager manager({}, std::nullopt, kOutbound);
  EXPECT_EQ(dial(manager).size(), 6U);
}

TEST_F(ConnectionManagerTest, StaticPeersAreDialedAllTheSameAndTakeNobodysPlace) {
  book.add({"8.8.0.1", 3000}, NetGroup("source"), now);
  connect("8.8.200.1", true);
  ConnectionManager manager({{"8.8.0.2", 3000}, {"8.8.0.3", 3000}}, std::nullopt, kOutbound);
  EXPECT_EQ(dial(manager), (std::vector<std::string>{"8.8.0.2", "8.8.0.3", "8.8.0.1"}));
}

TEST_F(ConnectionManagerTest, AnAttackerWith90PercentOfTheAddressesGetsOneOfEightPlaces) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    SeededRng random(seed);
    book = AddressBook();
    book.load(store::MemoryStore(), now, random);
    peers = PeerSet();
    ConnectionManager manager({}, std::nullopt, kOutbound);
    for (int i = 0; i < 900; ++i) {
      book.add({"6.6." + std::to_string(i / 250) + "." + std::to_string(i % 250), 3000}, NetGroup("6.6.6.6"), now);
    }
    for (int i = 0; i < 100; ++i) {
      book.add({"9." + std::to_string(i) + ".1.1", 3000}, NetGroup("9." + std::to_string(i % 10) + ".1.1"), now);
    }
    for (int rounds = 0; rounds < 20 && peers.outbound() < kOutbound; ++rounds) {
      for (const auto& attempt : manager.due(now, peers, book, random)) {
        connect(attempt.address.host);
        manager.succeeded(attempt, now, book);
      }
      now.instant += kDrawAgain;
    }
    EXPECT_EQ(peers.outbound(), kOutbound);
    EXPECT_LE(peers.outbound_into(NetGroup("6.6.0.0")), 1U);
  }
}

// -- feelers --

struct Feelers : ConnectionManagerTest {
  wire::Address old, newcomer;

  void SetUp() override {
    for (int i = 0; !book.to_test(); ++i) {
      ASSERT_LT(i, 1'000);
      newcomer = {"8.8." + std::to_string(i / 250) + "." + std::to_string(i % 250), 3000};
      book.add(newcomer, NetGroup("source"), now);
      book.succeeded(newcomer, now);
    }
    old = *book.to_test();
  }
};

TEST_F(Feelers, OneAtATimeBesideAllOutboundConnections) {
  ConnectionManager manager({}, std::nullopt, 0);
  const auto attempts = manager.due(now, peers, book, rng);
  ASSERT_EQ(attempts.size(), 1U);
  EXPECT_EQ(attempts[0].address, old);
  EXPECT_TRUE(attempts[0].is_feeler);
  manager.began(DialId{1}, attempts[0]);
  EXPECT_TRUE(manager.due(now, peers, book, rng).empty());
  connect(old.host).is_feeler = true;
  EXPECT_EQ(peers.outbound(), 0U);
}

TEST_F(Feelers, WhatTheyFindDecides) {
  ConnectionManager manager({}, std::nullopt, 0);
  manager.failed(manager.due(now, peers, book, rng).at(0), now, book, rng);
  EXPECT_TRUE(book.is_tried(newcomer));
  EXPECT_FALSE(book.is_tried(old));
}

TEST_F(Feelers, AreNotNeededForThoseConnected) {
  ConnectionManager manager({}, std::nullopt, 0);
  connect(old.host);
  EXPECT_TRUE(manager.due(now, peers, book, rng).empty());
  EXPECT_FALSE(book.to_test());
  EXPECT_TRUE(book.is_tried(old));
}

TEST_F(ConnectionManagerTest, WhatANameLedToCounts) {
  connect("8.8.200.1");
  const ConnectionManager::Attempt name{{"innocent.example", 3000}, false};
  EXPECT_TRUE(ConnectionManager::is_crowded(name, NetGroup("8.8.0.1"), peers));
  EXPECT_FALSE(ConnectionManager::is_crowded(name, NetGroup("8.9.0.1"), peers));
  EXPECT_FALSE(ConnectionManager::is_crowded({{"8.8.0.1", 3000}, true}, NetGroup("8.8.0.1"), peers));
  connect("10.0.0.1");
  EXPECT_FALSE(ConnectionManager::is_crowded(name, NetGroup("10.0.0.1"), peers));
}

}  // namespace
}  // namespace suara::p2p
