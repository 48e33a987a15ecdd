// What the operator says, and who else tries to.
#include "common/util/hex.hpp"
#include "peer-node/node/limits.hpp"
#include "peer-node/p2p/limits.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

using wire::NodeCommand;
using wire::NodeCommandKind;

struct NodeAdmin : ::testing::Test {
  NodeNet net;
  PrivateKey admin = PrivateKey::from_seed("admin");
  NodeNet::Host& host = net.start(with_admin());
  std::uint64_t sequence = to_unix_ms(net.now().wall);
  std::uint64_t requests = 0;

  node::Options with_admin() {
    auto options = net.options(1);
    options.admin_key = admin.public_key();
    return options;
  }
  [[nodiscard]] static std::string key_of(const std::string& seed) {
    return to_hex(PrivateKey::from_seed(seed).public_key().view());
  }
  NodeCommand signed_command(NodeCommandKind kind, const std::string& subject, std::uint64_t for_ms = 0) {
    NodeCommand command{kind, subject, for_ms, "", {}};
    wire::sign(command, chain::network_id(net.spec), admin, ++sequence);
    return command;
  }
  /// The answer's code, or "ok".
  std::string tell(const NodeCommand& command) {
    const std::uint64_t request = ++requests;
    net.feed(host, node::AdminCommand{node::RequestId{request}, command});
    EXPECT_TRUE(net.until([&] { return host.commands.contains(request); }, std::chrono::seconds(20)));
    const auto& answer = host.commands.at(request);
    return answer ? "ok" : std::string(answer.error().name());
  }
  std::string tell(NodeCommandKind kind, const std::string& subject, std::uint64_t for_ms = 0) {
    return tell(signed_command(kind, subject, for_ms));
  }
  [[nodiscard]] std::size_t ended() const { return host.commands.at(requests)->connections_ended; }
  void settle() { net.run(std::chrono::milliseconds(1)); }
};

TEST_F(NodeAdmin, ABanEndsTheConnectionAndKeepsTheKeyOut) {
  auto& mallory = net.befriend(host, "mallory");
  auto& honest = net.befriend(host, "honest");
  EXPECT_EQ(tell(NodeCommandKind::kBan, key_of("mallory")), "ok");
  EXPECT_EQ(ended(), 1U);
  settle();
  EXPECT_TRUE(mallory.closed && mallory.received("operator has banned you"));
  EXPECT_FALSE(honest.closed);
  SeededRng rng(5);
  const p2p::Handshake handshake(p2p::Role::kDialer, chain::network_id(net.spec), PrivateKey::from_seed("mallory"),
                                 rng);
  auto& again = net.connect(host, "8.8.8.8");
  net.say(again, handshake.hello());
  EXPECT_TRUE(net.until([&] { return again.closed; }, std::chrono::seconds(1)));
  EXPECT_TRUE(again.received("\"banned\""));
  EXPECT_EQ(tell(NodeCommandKind::kUnban, key_of("mallory")), "ok");
  net.befriend(host, "mallory");
}

TEST_F(NodeAdmin, ABannedPrefixIsTurnedAwayUnheardAndNotDialed) {
  auto& peer = net.befriend(host, "somebody", 0, 0, std::nullopt, "10.0.0.2");
  auto& other = net.start(net.options(2));
  EXPECT_EQ(tell(NodeCommandKind::kBan, "10.0.0.0/30"), "ok");
  settle();
  EXPECT_TRUE(peer.closed);
  auto& next = net.connect(host, "10.0.0.2");
  settle();
  EXPECT_TRUE(next.closed && next.lines.empty());
  EXPECT_EQ(tell(NodeCommandKind::kConnect, other.address), "banned");
  EXPECT_FALSE(net.befriend(host, "neighbour", 0, 0, std::nullopt, "10.0.0.4").closed);
}

TEST_F(NodeAdmin, ABanHoldsForStaticPeersToo) {
  auto options = with_admin();
  options.advertise = wire::Address{"10.0.0.3", 3000};
  options.node_key = PrivateKey::from_seed("node 3");
  options.static_peers = {wire::Address{"10.0.0.2", 3000}};
  auto& third = net.start(options);
  auto& second = net.start(net.options(2));
  ASSERT_TRUE(net.until([&] { return third.node->peers().size() == 1; }));
  net.feed(third, node::AdminCommand{node::RequestId{1}, signed_command(NodeCommandKind::kBan, "10.0.0.2")});
  net.run(std::chrono::minutes(10));
  EXPECT_EQ(third.node->peers().size() + second.node->peers().size(), 0U);
  net.feed(third, node::AdminCommand{node::RequestId{2}, signed_command(NodeCommandKind::kUnban, "10.0.0.2")});
  EXPECT_TRUE(net.until([&] { return third.node->peers().size() == 1; }, std::chrono::minutes(2)));
}

TEST_F(NodeAdmin, BansOutliveACrashAndEndInTime) {
  EXPECT_EQ(tell(NodeCommandKind::kBan, key_of("mallory"), 3'600'000), "ok");
  const NodeCommand replayed = signed_command(NodeCommandKind::kUnban, key_of("mallory"));
  --sequence;
  EXPECT_EQ(tell(NodeCommandKind::kBan, key_of("other")), "ok");
  net.kill(host);
  net.boot(host);
  EXPECT_EQ(host.node->bans(net.now().wall).size(), 2U);
  EXPECT_EQ(tell(replayed), "stale_sequence") << "also after a restart";
  net.run(std::chrono::hours(1));
  EXPECT_EQ(host.node->bans(net.now().wall).size(), 1U);
  net.befriend(host, "mallory");
}

TEST_F(NodeAdmin, ABanIsAnsweredOnceItIsOnDisk) {
  host.disk_slow = true;
  net.feed(host, node::AdminCommand{node::RequestId{7}, signed_command(NodeCommandKind::kBan, "192.0.2.7")});
  settle();
  EXPECT_FALSE(host.commands.contains(7));
  while (net.store_next(host)) {
  }
  EXPECT_TRUE(host.commands.contains(7));
}

TEST_F(NodeAdmin, OnlyTheAdminKeyIsObeyedAndOnlyOnce) {
  NodeCommand command{NodeCommandKind::kBan, "192.0.2.7", 0, "", {}};
  EXPECT_EQ(tell(command), "unsigned_command");
  wire::sign(command, chain::network_id(net.spec), PrivateKey::from_seed("somebody"), ++sequence);
  EXPECT_EQ(tell(command), "not_permitted");
  wire::sign(command, NetworkId{}, admin, ++sequence);
  EXPECT_EQ(tell(command), "bad_command_signature");
  auto changed = signed_command(NodeCommandKind::kBan, "192.0.2.7");
  changed.subject = "192.0.2.8";
  EXPECT_EQ(tell(changed), "bad_command_signature");
  EXPECT_TRUE(host.node->bans(net.now().wall).empty());
  const auto good = signed_command(NodeCommandKind::kBan, "192.0.2.7");
  EXPECT_EQ(tell(good), "ok");
  EXPECT_EQ(tell(good), "stale_sequence");
}

TEST_F(NodeAdmin, ASequenceFarAheadIsRefused) {
  NodeCommand command{NodeCommandKind::kBan, "192.0.2.7", 0, "", {}};
  const auto ahead = net.now().wall + node::kMaxCommandSequenceAhead + std::chrono::milliseconds(1);
  wire::sign(command, chain::network_id(net.spec), admin, to_unix_ms(ahead));
  EXPECT_EQ(tell(command), "sequence_ahead");
  EXPECT_EQ(tell(NodeCommandKind::kBan, "192.0.2.7"), "ok") << "and shuts out nobody";
}

TEST_F(NodeAdmin, WithoutAnAdminKeyNobodyCommands) {
  auto& other = net.start(net.options(2));
  net.feed(other, node::AdminCommand{node::RequestId{1}, signed_command(NodeCommandKind::kBan, "192.0.2.7")});
  EXPECT_EQ(other.commands.at(1).error().name(), "not_permitted");
}

TEST_F(NodeAdmin, WhatCannotBeDoneIsSaid) {
  EXPECT_EQ(tell(NodeCommandKind::kBan, "192.0.2.7:3000"), "bad_subject");
  EXPECT_EQ(tell(NodeCommandKind::kUnban, "192.0.2.7"), "not_banned");
  EXPECT_EQ(tell(NodeCommandKind::kDisconnect, "192.0.2.7:3000"), "not_connected");
  EXPECT_EQ(tell(NodeCommandKind::kConnect, "192.0.2.7"), "bad_address");
  EXPECT_EQ(tell(NodeCommandKind::kConnect, "10.0.0.1:3000"), "own_address");
}

TEST_F(NodeAdmin, DisconnectsByAddressByHostAndByKey) {
  const wire::Address listen{"10.0.0.9", 3000};
  for (const std::string& name : {listen.text(), std::string("10.9.9.9"), key_of("somebody")}) {
    auto& peer = net.befriend(host, "somebody", 0, 0, listen);
    EXPECT_EQ(tell(NodeCommandKind::kDisconnect, name), "ok") << name;
    settle();
    EXPECT_TRUE(peer.closed && peer.received("disconnected by this node's operator")) << name;
  }
}

TEST_F(NodeAdmin, ConnectIsAnsweredWhenThePeerIsReady) {
  auto& other = net.start(net.options(2));
  EXPECT_EQ(tell(NodeCommandKind::kConnect, other.address), "ok");
  EXPECT_EQ(host.commands.at(requests)->node_key_hex, key_of("node 2"));
  EXPECT_EQ(host.node->peers().size(), 1U);
  EXPECT_EQ(tell(NodeCommandKind::kConnect, other.address), "already_connected");
}

TEST_F(NodeAdmin, ConnectIsNotAnsweredBeforeItsSequenceIsOnDisk) {
  auto& other = net.start(net.options(2));
  host.disk_slow = true;
  net.feed(host, node::AdminCommand{node::RequestId{1}, signed_command(NodeCommandKind::kConnect, other.address)});
  ASSERT_TRUE(net.until([&] { return host.node->peers().size() == 1; }, std::chrono::seconds(1)));
  EXPECT_FALSE(host.commands.contains(1));
  while (net.store_next(host)) {
  }
  ASSERT_TRUE(host.commands.contains(1));
  EXPECT_TRUE(host.commands.at(1).has_value());
}

TEST_F(NodeAdmin, ConnectGoesBeyondTheUsualNumber) {
  auto options = with_admin();
  options.advertise = wire::Address{"10.0.0.3", 3000};
  options.max_outbound = 0;
  auto& full = net.start(options);
  auto& other = net.start(net.options(2));
  net.feed(full, node::AdminCommand{node::RequestId{1}, signed_command(NodeCommandKind::kConnect, other.address)});
  EXPECT_TRUE(net.until([&] { return full.node->peers().size() == 1; }, std::chrono::seconds(1)));
  EXPECT_TRUE(full.commands.at(1).has_value());
}

TEST_F(NodeAdmin, ConnectSaysWhyNothingCameOfIt) {
  EXPECT_EQ(tell(NodeCommandKind::kConnect, "10.0.0.77:3000"), "cannot_connect");
  EXPECT_NE(host.commands.at(requests).error().message().find("nobody listens there"), std::string::npos);
  auto foreign = net.options(2);
  foreign.spec->name = "another";
  auto& other = net.start(foreign);
  EXPECT_EQ(tell(NodeCommandKind::kConnect, other.address), "cannot_connect");
  EXPECT_NE(host.commands.at(requests).error().message().find("another network"), std::string::npos);
  settle();
  EXPECT_EQ(host.node->footprint(), 0U);
}

TEST_F(NodeAdmin, AtTheEndNobodyIsLeftWaiting) {
  net.serve("10.0.1.9:3000", [](const std::string&) { return std::vector<std::string>{}; });  // says nothing
  net.feed(host, node::AdminCommand{node::RequestId{1}, signed_command(NodeCommandKind::kConnect, "10.0.1.9:3000")});
  settle();
  EXPECT_TRUE(host.commands.empty());
  net.feed(host, node::ShutdownRequested{});
  EXPECT_EQ(host.commands.at(1).error().name(), "shutting_down");
}

}  // namespace
}  // namespace suara::testing
