// The outbound connection more than usual: while the tip stands still and peers report more work, and now and then.
#include "peer-node/node/limits.hpp"
#include "peer-node/p2p/limits.hpp"
#include "tests/support/block_messages.hpp"
#include "tests/support/node_harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace suara::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

struct NodeExtraPeer : ::testing::Test {
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

TEST_F(NodeExtraPeer, OneMoreIsDialedAndTheUselessOneGoes) {
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
  EXPECT_TRUE(net.until([&] { return host.tip() == useful.tip() && host.height() > 20; }));
  ASSERT_TRUE(net.until([&] { return outbound(host) == std::vector{useful.address}; }));
  EXPECT_EQ(net.now().instant - begin, patience + node::kLookOutFor);
}

// Of itself it says its number; it was dialed by name.
TEST_F(NodeExtraPeer, WhoIsPartedWithIsNotDialedForTenMinutesWhereItWas) {
  const wire::Address name{"useless.example", 3000};
  auto& host = one_outbound();
  auto& useless = waiting(2);
  const std::string listen = std::exchange(useless.address, name.text());
  auto& useful = waiting(3, node::MiningMode::kAlways);
  auto& script = withholder(host, 3);
  net.say(script, wire::peer::Peers{{name}});
  ASSERT_TRUE(net.until([&] { return outbound(host) == std::vector{listen}; }, seconds(5)));
  tell(script, useful);
  ASSERT_TRUE(net.until([&] { return outbound(host) == std::vector{useful.address}; }, minutes(2)));
  const Instant parted = net.now().instant;
  net.kill(useful);
  while (net.now().instant + seconds(5) < parted + p2p::kDuplicateRetry) {
    net.run(seconds(5));
    ASSERT_TRUE(outbound(host).empty());
  }
  EXPECT_TRUE(net.until([&] { return outbound(host) == std::vector{listen}; }, minutes(2)));
}

TEST_F(NodeExtraPeer, GoesOnTryingMoreAndMoreSeldom) {
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

TEST_F(NodeExtraPeer, StaticPeersStay) {
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

TEST_F(NodeExtraPeer, AQuietNetworkIsNotStale) {
  auto& host = one_outbound();
  auto& other = waiting(2);
  auto& third = waiting(3);
  auto& script = net.befriend(host, "teller", 0, chain::work_of_target(*chain::target_of(net.spec.initial_bits)));
  tell(script, other);
  tell(script, third);
  net.run(node::kLookOutAtLeast - seconds(1));
  EXPECT_FALSE(host.reported("trying others"));
  EXPECT_EQ(outbound(host).size(), 1U);
}

// Its headers lead further at once; its blocks are still to come, while the other has brought some before.
TEST_F(NodeExtraPeer, WhoShowsHeadersIsNotPartedWithBeforeItsBlocksAreHere) {
  auto& useful = waiting(3, node::MiningMode::kAlways);
  ASSERT_TRUE(net.until([&] { return useful.height() == 40; }));
  auto& usual = waiting(2, node::MiningMode::kAlways);
  auto& host = one_outbound();
  auto& teller = net.befriend(host, "teller");
  tell(teller, usual);
  ASSERT_TRUE(net.until([&] { return host.height() == 5; }));
  net.mining_delay = std::chrono::hours(10);
  net.run(seconds(1));
  const std::uint64_t height = host.height();
  auto& script = withholder(host, 30);
  tell(script, useful);
  ASSERT_TRUE(net.until([&] { return host.reported("trying others"); }, patience + seconds(1)));
  EXPECT_EQ(host.height(), height);
  EXPECT_TRUE(net.until([&] { return host.tip() == useful.tip(); }, seconds(1)));
  net.run(node::kLookOutFor + seconds(1));
  EXPECT_EQ(outbound(host), std::vector{useful.address});
}

TEST_F(NodeExtraPeer, AClaimIsGivenItsTenIntervalsHoweverQuietItWasBefore) {
  auto& host = one_outbound();
  net.befriend(host, "quiet");
  net.run(std::chrono::hours(1));
  const Instant begin = net.now().instant;
  const auto claim = [&](const std::string& by) {
    net.befriend(host, by, 1, 4 * chain::work_of_target(*chain::target_of(net.spec.initial_bits)));
  };
  claim("claims once, and shows nothing");
  net.run(std::chrono::minutes(1));
  EXPECT_FALSE(host.reported("trying others"));

  const Instant again = net.now().instant;
  ASSERT_GT(again, begin + patience);
  for (unsigned i = 0; !host.reported("trying others"); ++i) {
    ASSERT_LE(net.now().instant, again + patience);
    claim("claims too " + std::to_string(i));
    net.until([&] { return host.reported("trying others"); }, seconds(1));
  }
  EXPECT_EQ(net.now().instant - again, patience);
}

TEST_F(NodeExtraPeer, AFloodOfClaimsIsWorthOneDialAtIntervalsThatDouble) {
  auto& host = one_outbound();
  auto& teller = net.befriend(host, "teller");
  for (unsigned i = 2; i < 12; ++i) tell(teller, waiting(i));
  ASSERT_TRUE(net.until([&] { return outbound(host).size() == 1; }, seconds(1)));
  std::set<std::string> met;
  const Instant begin = net.now().instant;
  for (unsigned i = 0; net.now().instant < begin + seconds(240); ++i) {
    net.introduce(host, "claims " + std::to_string(i), 1, 1'000'000, std::nullopt);
    net.run(seconds(1));
    const auto peers = outbound(host);
    EXPECT_LE(peers.size(), 2U);
    met.insert(peers.begin(), peers.end());
  }
  EXPECT_TRUE(host.reported("trying others"));
  EXPECT_EQ(met.size(), 5U) << "the first, and others after 10, 30, 70 and 150 s";
}

// Each half of a network that broke in two has what it knows of, and reports nothing more.
TEST_F(NodeExtraPeer, HalvesOfANetworkFindTogetherWithoutAnyReportOfMoreWork) {
  auto& host = one_outbound();
  auto& same_half = waiting(2);
  auto& other_half = waiting(3, node::MiningMode::kAlways);
  auto& script = net.befriend(host, "teller");
  tell(script, same_half);
  ASSERT_TRUE(net.until([&] { return outbound(host) == std::vector{same_half.address}; }, seconds(1)));
  tell(script, other_half);
  const Instant begin = net.now().instant;
  ASSERT_TRUE(net.until([&] { return host.height() > 0; }, node::kLookOutAtMost));
  const Instant met = net.now().instant;
  EXPECT_GE(met - begin, node::kLookOutAtLeast);
  EXPECT_FALSE(host.reported("trying others"));
  EXPECT_TRUE(net.until([&] { return same_half.tip() == other_half.tip(); }, seconds(1)));
  ASSERT_TRUE(net.until([&] { return outbound(host).size() == 1; }));
  EXPECT_EQ(net.now().instant - met, node::kLookOutFor);
  EXPECT_EQ(outbound(host), std::vector{other_half.address}) << "who brought blocks stays";
}

TEST_F(NodeExtraPeer, WhoIsLookedAtNowAndThenAndBringsNothingGoesAgain) {
  auto& host = one_outbound();
  auto& usual = waiting(2);
  auto& script = net.befriend(host, "teller");
  tell(script, usual);
  ASSERT_TRUE(net.until([&] { return outbound(host).size() == 1; }, seconds(1)));
  for (unsigned i = 3; i < 10; ++i) tell(script, waiting(i));
  std::set<std::string> met;
  Instant before = net.now().instant;
  for (unsigned looks = 0; looks < 7; ++looks) {
    ASSERT_TRUE(net.until([&] { return outbound(host).size() == 2; }, node::kLookOutAtMost));
    const Instant begin = net.now().instant;
    EXPECT_GE(begin - before, node::kLookOutAtLeast);
    met.insert(outbound(host).back());
    before = begin;
    ASSERT_TRUE(net.until([&] { return outbound(host).size() != 2; }));
    EXPECT_EQ(net.now().instant - begin, node::kLookOutFor);
    EXPECT_EQ(outbound(host), std::vector{usual.address});
  }
  EXPECT_GE(met.size(), 3U) << "others each time";
}

// Whoever has many addresses, and is the quickest with every block, gains one place by it.
TEST_F(NodeExtraPeer, OnlyTheNewestHasToFearForItsPlace) {
  auto options = net.options(1);
  options.max_outbound = 3;
  auto& host = net.start(options);
  auto& script = net.befriend(host, "teller");
  for (unsigned i = 2; i < 5; ++i) {
    tell(script, waiting(i));
    ASSERT_TRUE(net.until([&] { return outbound(host).size() == i - 1; }, seconds(1)));
  }
  const auto usual = outbound(host);
  net.mining_delay = seconds(10);
  const auto& miner = waiting(9, node::MiningMode::kAlways);
  for (unsigned i = 10; i < 20; ++i) {
    auto quick = net.options(i);
    quick.max_outbound = 0;
    quick.static_peers = {*miner.options.advertise};
    tell(script, net.start(quick));
  }
  std::set<std::string> third;
  const Instant begin = net.now().instant;
  while (net.now().instant < begin + std::chrono::hours(1)) {
    net.run(seconds(10));
    const auto peers = outbound(host);
    ASSERT_GE(peers.size(), 3U);
    ASSERT_LE(peers.size(), 4U);
    EXPECT_EQ(peers[0], usual[0]);
    EXPECT_EQ(peers[1], usual[1]);
    third.insert(peers[2]);
  }
  EXPECT_GE(third.size(), 3U) << "quicker ones than the last, after the first";
  EXPECT_EQ(host.tip(), miner.tip());
}

TEST_F(NodeExtraPeer, WhoDialsNobodyLooksForNobody) {
  auto& host = waiting(1);
  auto& script = net.befriend(host, "teller");
  tell(script, waiting(2));
  const Instant begin = net.now().instant;
  while (net.now().instant < begin + std::chrono::hours(1)) {
    net.run(seconds(10));
    ASSERT_TRUE(outbound(host).empty());
  }
}

}  // namespace
}  // namespace suara::testing
