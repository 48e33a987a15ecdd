// Who becomes a peer.
#include "common/util/hex.hpp"
#include "common/wire/limits.hpp"
#include "peer-node/p2p/limits.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeHandshake : ::testing::Test {
  NodeNet net;

  node::Options dialing(unsigned number, unsigned other) {
    auto options = net.options(number);
    options.static_peers = {wire::Address{"10.0.0." + std::to_string(other), 3000}};
    return options;
  }
};

TEST_F(NodeHandshake, BothSidesKnowEachOtherByKey) {
  auto& first = net.start(net.options(1));
  auto& second = net.start(dialing(2, 1));
  ASSERT_TRUE(net.until([&] { return first.node->peers().size() == 1 && second.node->peers().size() == 1; }));
  EXPECT_EQ(first.node->peers()[0].node_key_hex, to_hex(PrivateKey::from_seed("node 2").public_key().view()));
  EXPECT_TRUE(first.node->peers()[0].inbound);
  EXPECT_EQ(first.node->peers()[0].address, "10.0.0.2:3000");
  EXPECT_EQ(second.node->peers()[0].node_key_hex, to_hex(PrivateKey::from_seed("node 1").public_key().view()));
}

TEST_F(NodeHandshake, AnotherNetworkIsRefusedAndNamed) {
  auto& first = net.start(net.options(1));
  auto options = dialing(2, 1);
  options.spec->name = "another";
  auto& second = net.start(options);
  ASSERT_TRUE(net.until([&] { return first.reported("another network"); }));
  EXPECT_TRUE(first.reported(chain::network_id(*options.spec).hex()));
  EXPECT_TRUE(net.until([&] { return second.reported("refuses us: that node belongs to another network"); }));
  EXPECT_EQ(first.node->peers().size() + second.node->peers().size(), 0U);
}

TEST_F(NodeHandshake, SilentConnectionsOfOneHostDoNotKeepTheOthersOut) {
  auto& host = net.start(net.options(1));
  std::vector<NodeNet::Script*> silent;
  for (std::size_t i = 0; i < p2p::kMaxHandshaking; ++i) silent.push_back(&net.connect(host, "10.6.6.6"));
  // Half of them have said hello and no more.
  SeededRng rng(7);
  const p2p::Handshake handshake(p2p::Role::kDialer, chain::network_id(net.spec), PrivateKey::from_seed("liar"), rng);
  for (std::size_t i = 0; i < silent.size(); i += 2) net.say(*silent[i], handshake.hello());
  auto& one_more = net.connect(host, "10.6.6.6");
  net.run(std::chrono::milliseconds(1));
  EXPECT_TRUE(one_more.closed);
  EXPECT_FALSE(silent.front()->closed);
  net.befriend(host, "somebody honest");
  EXPECT_TRUE(silent.front()->closed);
  EXPECT_FALSE(silent.back()->closed);
  net.befriend(host, "somebody else");
  net.run(p2p::kHandshakeTimeout);
  EXPECT_EQ(host.node->footprint(), 4U * 2U)
      << "two peers, known also to the ways of fetching headers, blocks and new blocks";
}

TEST_F(NodeHandshake, SimultaneousDialsLeaveOneConnection) {
  auto& first = net.start(dialing(1, 2));
  auto& second = net.start(dialing(2, 1));
  net.run(std::chrono::minutes(3));
  ASSERT_EQ(first.node->peers().size(), 1U);
  ASSERT_EQ(second.node->peers().size(), 1U);
  EXPECT_NE(first.node->peers()[0].inbound, second.node->peers()[0].inbound);
}

TEST_F(NodeHandshake, ConnectionToItselfIsClosed) {
  auto options = net.options(1);
  options.static_peers = {wire::Address{"10.0.0.1", 3000}};
  options.advertise = wire::Address{"outside.example", 3000};
  auto& host = net.start(options);
  host.address = "10.0.0.1:3000";
  net.run(std::chrono::minutes(5));
  EXPECT_EQ(host.node->peers().size(), 0U);
  EXPECT_EQ(host.node->footprint(), 0U);
}

TEST_F(NodeHandshake, SilentStrangerIsClosedAfterTenSeconds) {
  auto& host = net.start(net.options(1));
  auto& silent = net.connect(host);
  net.run(std::chrono::milliseconds(9'900));
  EXPECT_FALSE(silent.closed);
  net.run(std::chrono::milliseconds(200));
  EXPECT_TRUE(silent.closed);
  EXPECT_EQ(host.node->footprint(), 0U);
}

TEST_F(NodeHandshake, ProofOfAnotherConnectionIsWorthNothing) {
  auto& host = net.start(net.options(1));
  SeededRng rng(5);
  p2p::Handshake handshake(p2p::Role::kDialer, chain::network_id(net.spec), PrivateKey::from_seed("mallory"), rng);
  auto& script = net.connect(host);
  net.send(script, wire::peer::encode(handshake.hello()));
  ASSERT_TRUE(net.until([&] { return script.lines.size() == 2; }));
  // The acceptor's own proof, reflected.
  net.send(script, script.lines[1]);
  ASSERT_TRUE(net.until([&] { return script.closed; }));
  EXPECT_TRUE(script.received("bad_proof"));
  EXPECT_EQ(script.raised_to, 0U);
}

TEST_F(NodeHandshake, ProvenPeerMaySendLongLines) {
  auto& host = net.start(net.options(1));
  auto& script = net.befriend(host, "somebody");
  EXPECT_TRUE(net.until([&] { return script.raised_to == wire::kMaxPeerLineSizeBytes; }));
}

TEST_F(NodeHandshake, DeadPeerIsGivenUpAfterAMinute) {
  auto& host = net.start(net.options(1));
  auto& script = net.befriend(host, "somebody");
  net.run(std::chrono::seconds(16));
  EXPECT_TRUE(script.received("\"ping\""));
  net.run(std::chrono::seconds(43));
  EXPECT_FALSE(script.closed);
  net.run(std::chrono::seconds(2));
  EXPECT_TRUE(script.closed);
}

TEST_F(NodeHandshake, OneWhoDialsAgainReplacesItsOlderConnection) {
  auto& host = net.start(net.options(1));
  auto& older = net.befriend(host, "somebody");
  SeededRng rng(9);
  p2p::Handshake handshake(p2p::Role::kDialer, chain::network_id(net.spec), PrivateKey::from_seed("somebody"), rng);
  auto& newer = net.connect(host);
  net.say(newer, handshake.hello());
  ASSERT_TRUE(net.until([&] { return newer.lines.size() == 2; }));
  ASSERT_TRUE(handshake.take(std::get<wire::peer::Hello>(*wire::peer::decode(newer.lines[0]))).has_value());
  net.say(newer, handshake.proof());
  EXPECT_TRUE(net.until([&] { return older.closed; }));
  EXPECT_FALSE(newer.closed);
  EXPECT_EQ(host.node->peers().size(), 1U);
}

}  // namespace
}  // namespace suara::testing
