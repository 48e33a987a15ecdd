// Those who break the rules again and again are not let in for a day; everybody else is.
#include "peer-node/p2p/limits.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeDiscouragement : ::testing::Test {
  NodeNet net;
  NodeNet::Host& host = net.start(net.options(1));

  NodeNet::Script& enter(const std::string& seed, const std::string& from) {
    return net.befriend(host, seed, 0, 0, std::nullopt, from);
  }
  void misbehave(const std::string& seed, const std::string& from) {
    auto& script = enter(seed, from);
    net.send(script, R"({"type":"get_blocks","payload":{"ids":["xyz"]}})");
    ASSERT_TRUE(net.until([&] { return script.closed; }));
    net.run(std::chrono::milliseconds(1));
  }
  [[nodiscard]] std::size_t told(const std::string& part) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(host.reports, [&](const auto& text) { return text.find(part) != std::string::npos; }));
  }
};

TEST_F(NodeDiscouragement, OneViolationIsForgivenTwoAreNot) {
  misbehave("mallory", "8.8.1.1");
  misbehave("mallory", "8.8.1.1");
  auto& script = net.connect(host, "8.8.1.1");
  net.run(std::chrono::milliseconds(1));
  EXPECT_TRUE(script.closed);
  EXPECT_TRUE(script.lines.empty());
  EXPECT_FALSE(enter("somebody else", "8.8.1.2").closed);
}

TEST_F(NodeDiscouragement, ItEndsAfterADay) {
  misbehave("mallory", "8.8.1.1");
  misbehave("mallory", "8.8.1.1");
  net.run(p2p::kDiscouragedFor);
  EXPECT_FALSE(enter("mallory", "8.8.1.1").closed);
}

TEST_F(NodeDiscouragement, TheKeyCountsWhereverItComesFrom) {
  misbehave("mallory", "8.8.1.1");
  misbehave("mallory", "9.9.1.1");
  auto& script = net.connect(host, "7.7.1.1");
  SeededRng rng(5);
  const p2p::Handshake handshake(p2p::Role::kDialer, chain::network_id(net.spec), PrivateKey::from_seed("mallory"),
                                 rng);
  net.say(script, handshake.hello());
  ASSERT_TRUE(net.until([&] { return script.closed; }));
  EXPECT_TRUE(script.received("discouraged"));
  EXPECT_FALSE(script.received("hello_proof"));
  EXPECT_FALSE(enter("somebody else", "8.8.1.1").closed) << "each host saw one violation only";
}

TEST_F(NodeDiscouragement, OfASharedAddressOnlyTheKeyIsTurnedAway) {
  misbehave("mallory", "192.168.1.1");
  misbehave("mallory", "192.168.1.1");
  EXPECT_FALSE(enter("neighbour", "192.168.1.1").closed);
  EXPECT_EQ(host.node->peers().size(), 1U);
}

TEST_F(NodeDiscouragement, AKeyThatIsNotProvenCannotBeBlamed) {
  SeededRng rng(5);
  const p2p::Handshake victim(p2p::Role::kDialer, chain::network_id(net.spec), PrivateKey::from_seed("victim"), rng);
  for (int i = 0; i < 3; ++i) {
    auto& script = net.connect(host, "192.168.1.1");
    net.say(script, victim.hello());
    net.send(script, "garbage");
    ASSERT_TRUE(net.until([&] { return script.closed; }));
  }
  EXPECT_FALSE(enter("victim", "192.168.1.1").closed);
}

TEST_F(NodeDiscouragement, WhatIsSaidBeforeAProofIsHeldAgainstNobody) {
  for (int i = 0; i < 3; ++i) {
    auto& script = net.connect(host, "8.8.1.1");
    net.send(script, "GET / HTTP/1.1");  // a browser behind the same router
    ASSERT_TRUE(net.until([&] { return script.closed; }));
  }
  EXPECT_FALSE(enter("neighbour", "8.8.1.1").closed);
}

TEST_F(NodeDiscouragement, SlownessIsNoViolation) {
  for (int i = 0; i < 3; ++i) {
    auto& script = enter("slow", "8.8.1.1");
    net.run(p2p::kDeadAfter + p2p::kPingInterval);
    ASSERT_TRUE(script.closed);
  }
  EXPECT_FALSE(enter("slow", "8.8.1.1").closed);
}

TEST_F(NodeDiscouragement, TheLogIsNotFlooded) {
  misbehave("mallory", "8.8.1.1");
  misbehave("mallory", "8.8.1.1");
  const std::size_t before = host.reports.size();
  for (int i = 0; i < 100; ++i) net.connect(host, "8.8.1.1");
  net.run(std::chrono::milliseconds(1));
  EXPECT_EQ(host.reports.size(), before + 1);
  EXPECT_EQ(told("turned away 8.8.1.1"), 1U);
  EXPECT_EQ(host.node->footprint(), 0U);
}

TEST_F(NodeDiscouragement, StaticPeersAreExempt) {
  auto options = net.options(2);
  options.static_peers = {wire::Address{"8.8.1.1", 3000}};
  auto& trusting = net.start(options);
  for (int i = 0; i < 3; ++i) {
    auto& script = net.befriend(trusting, "mallory", 0, 0, std::nullopt, "8.8.1.1");
    net.send(script, "garbage");
    ASSERT_TRUE(net.until([&] { return script.closed; }));
    net.run(std::chrono::milliseconds(1));
  }
  EXPECT_FALSE(net.befriend(trusting, "mallory", 0, 0, std::nullopt, "8.8.1.1").closed);
}

}  // namespace
}  // namespace suara::testing
