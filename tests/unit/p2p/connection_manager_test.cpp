#include "peer-node/p2p/connection_manager.hpp"

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
    Peer& peer = peers.add(Peer(ConnectionId{++last_id}, std::move(handshake), host, now.instant));
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
  for (int i = 1; i <= 50; ++i) book.add({"8.8.0." + std::to_string(i), 3000}, now);
  book.add({"9.9.0.1", 3000}, now);
  ConnectionManager manager({}, std::nullopt, kOutbound);
  auto dialed = dial(manager);
  ASSERT_EQ(dialed.size(), 2U);
  EXPECT_NE(NetGroup(dialed[0]), NetGroup(dialed[1]));
  EXPECT_TRUE(dial(manager).empty()) << "those being dialed count";
}

TEST_F(ConnectionManagerTest, AnOpenConnectionKeepsItsGroupUntilItCloses) {
  book.add({"8.8.0.1", 3000}, now);
  ConnectionManager manager({}, std::nullopt, kOutbound);
  Peer& open = connect("8.8.200.1");
  EXPECT_TRUE(dial(manager).empty());
  open.closing = true;
  EXPECT_EQ(dial(manager), std::vector<std::string>{"8.8.0.1"});
}

TEST_F(ConnectionManagerTest, PrivateNetworksAndNamesKnowNoSuchRule) {
  for (int i = 1; i <= 4; ++i) book.add({"10.0.0." + std::to_string(i), 3000}, now);
  book.add({"localhost", 3001}, now);
  book.add({"localhost", 3002}, now);
  ConnectionManager manager({}, std::nullopt, kOutbound);
  EXPECT_EQ(dial(manager).size(), 6U);
}

TEST_F(ConnectionManagerTest, StaticPeersAreDialedAllTheSameAndTakeNobodysPlace) {
  book.add({"8.8.0.1", 3000}, now);
  connect("8.8.200.1", true);
  ConnectionManager manager({{"8.8.0.2", 3000}, {"8.8.0.3", 3000}}, std::nullopt, kOutbound);
  EXPECT_EQ(dial(manager), (std::vector<std::string>{"8.8.0.2", "8.8.0.3", "8.8.0.1"}));
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
