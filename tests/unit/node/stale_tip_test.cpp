// A tip that stands still while peers report more work: others are tried, and the one that has helped least makes room.
#include "tests/support/block_messages.hpp"
#include "tests/support/node_harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suara::testing {
namespace {

using std::chrono::seconds;

struct NodeStaleTip : ::testing::Test {
  NodeNet net;
  const seconds patience{10};  // ten intervals

  NodeNet::Host& one_outbound() {
    auto options = net.options(1);
    options.max_outbound = 1;
    return net.start(options);
  }
  /// Dials nobody itself.
  NodeNet::Host& waiting(unsigned number, node::MiningMode mining = node::MiningMode::kOff) {
    auto options = net.options(number);
    options.max_outbound = 0;
    options.mining = mining;
    return net.start(options);
  }
  /// Somebody who shows headers of so many blocks, and keeps the blocks to itself; from then on nothing moves.
  NodeNet::Script& withholder(NodeNet::Host& host, std::size_t count) {
    auto& script = net.befriend(host, "withholder", count, 4 * (count + 1));
    CHECK(net.until([&] { return script.received("get_headers"); }, seconds(1)));
    net.say(script, headers_of(mine_chain(chain::genesis_block(net.spec).header, count, 1'000'000)));
    CHECK(net.until([&] { return host.node->chain()->best_header().height == count; }, seconds(1)));
    return script;
  }
  void tell(NodeNet::Script& script, const NodeNet::Host& of) {
    net.say(script, wire::peer::Peers{{*of.options.advertise}});
  }
  static std::vector<std::string> outbound(const NodeNet::Host& host) {
    std::vector<std::string> addresses;
    for (const node::PeerInfo& peer : host.node->peers()) {
      if (!peer.inbound) addresses.push_back(peer.address);
    }
    return addresses;
  }
};

TEST_F(NodeStaleTip, OneMoreIsDialedAndTheUselessOneGoes) {
  auto& host = one_outbound();
  auto& useless = waiting(2);
  auto& useful = waiting(3, node::MiningMode::kAlways);
  auto& script = withholder(host, 3);
  const Instant begin = net.now().instant;
  tell(script, useless);
  ASSERT_TRUE(net.until([&] { return outbound(host) == std::vector{useless.address}; }, seconds(5)));
  tell(script, useful);
  ASSERT_TRUE(net.until([&] { return host.reported("trying others"); }));
  EXPECT_EQ(net.now().instant - begin, patience);
  EXPECT_TRUE(host.reported("no block for 10 s while peers report more work"));
  ASSERT_TRUE(
      net.until([&] { return host.height() > 0 && outbound(host) == std::vector{useful.address}; }, seconds(5)));
  EXPECT_TRUE(net.until([&] { return host.tip() == useful.tip() && host.height() > 20; }));
}

TEST_F(NodeStaleTip, GoesOnTryingMoreAndMoreSeldom) {
  auto& host = one_outbound();
  auto& script = withholder(host, 100);
  const Instant begin = net.now().instant;
  for (unsigned i = 2; i < 8; ++i) tell(script, waiting(i));
  std::set<std::string> met;
  std::vector<std::int64_t> met_at;
  while (net.now().instant < begin + seconds(200)) {
    net.run(std::chrono::milliseconds(500));
    EXPECT_LE(outbound(host).size(), 2U);
    for (const std::string& address : outbound(host)) {
      if (met.insert(address).second)
        met_at.push_back(std::chrono::duration_cast<seconds>(net.now().instant - begin).count());
    }
  }
  EXPECT_EQ(met_at, (std::vector<std::int64_t>{0, 10, 30, 70, 150}));
}

TEST_F(NodeStaleTip, StaticPeersStay) {
  auto& fixed = waiting(2);
  auto& other = waiting(3);
  auto options = net.options(1);
  options.max_outbound = 0;
  options.static_peers = {*fixed.options.advertise};
  auto& host = net.start(options);
  auto& script = withholder(host, 100);
  tell(script, other);
  ASSERT_TRUE(net.until([&] { return outbound(host).size() == 2; }, seconds(11)));
  net.run(std::chrono::minutes(3));
  EXPECT_THAT(outbound(host), ::testing::Contains(fixed.address));
}

TEST_F(NodeStaleTip, AQuietNetworkIsNotStale) {
  auto& host = one_outbound();
  auto& other = waiting(2);
  auto& third = waiting(3);
  auto& script = net.befriend(host, "teller", 0, chain::work_of_target(*chain::target_of(net.spec.initial_bits)));
  tell(script, other);
  tell(script, third);
  net.run(std::chrono::minutes(5));
  EXPECT_FALSE(host.reported("trying others"));
  EXPECT_EQ(outbound(host).size(), 1U);
}

}  // namespace
}  // namespace suara::testing
