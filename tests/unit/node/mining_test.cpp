// When a node mines, and on what.
#include "peer-node/chain/limits.hpp"
#include "tests/support/block_messages.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeMining : ::testing::Test {
  NodeNet net;

  NodeNet::Host& start(node::MiningMode mode) {
    auto options = net.options(1);
    options.mining = mode;
    return net.start(options);
  }
};

TEST_F(NodeMining, PendingMinesOnlyWhenTransactionsWait) {
  auto& host = start(node::MiningMode::kPending);
  net.run(std::chrono::minutes(10));
  EXPECT_EQ(host.height(), 0U);
  net.submit(host, 1, record(net.spec, voter_key(1), 1));
  EXPECT_TRUE(net.until([&] { return host.height() == 1; }, std::chrono::seconds(2)));
  net.run(std::chrono::minutes(10));
  EXPECT_EQ(host.height(), 1U);
}

TEST_F(NodeMining, OffNeverMines) {
  auto& host = start(node::MiningMode::kOff);
  net.submit(host, 1, record(net.spec, voter_key(1), 1));
  net.run(std::chrono::minutes(10));
  EXPECT_EQ(host.height(), 0U);
  EXPECT_EQ(host.node->mempool()->size(), 1U);
}

TEST_F(NodeMining, RunningBlockTakesInWhatComesMeanwhile) {
  auto& host = start(node::MiningMode::kPending);
  net.mining_delay = std::chrono::seconds(3);
  net.submit(host, 1, record(net.spec, voter_key(1), 1));
  net.run(std::chrono::seconds(1));
  net.submit(host, 2, record(net.spec, voter_key(1), 2));
  ASSERT_TRUE(net.until([&] { return host.height() == 1; }));
  const auto block = host.node->chain()->block(host.node->view(), host.tip());
  ASSERT_TRUE(block.has_value());
  EXPECT_EQ(block->transactions.size(), 2U);
}

TEST_F(NodeMining, DoesNotMineWhileAPeerHasMoreWork) {
  auto& host = start(node::MiningMode::kAlways);
  ASSERT_TRUE(net.until([&] { return host.height() == 2; }));
  auto& script = net.befriend(host, "somebody far ahead", 100, chain::Uint256(1) << 40);
  EXPECT_FALSE(host.node->synced());
  const auto height = host.height();
  net.run(std::chrono::seconds(4));
  EXPECT_EQ(host.height(), height);
  // It has nothing to show for its claim.
  net.say(script, wire::peer::Headers{});
  EXPECT_TRUE(net.until([&] { return host.height() > height; }, std::chrono::seconds(5)));
}

TEST_F(NodeMining, ClaimsAloneDoNotStopANodeThatHasCaughtUp) {
  auto& host = start(node::MiningMode::kAlways);
  net.befriend(host, "somebody honest");
  ASSERT_TRUE(net.until([&] { return host.height() == 2; }));
  net.befriend(host, "a liar", 100, chain::Uint256(1) << 40);
  net.befriend(host, "another", 100, chain::Uint256(1) << 41);
  EXPECT_TRUE(host.node->synced());
  const auto height = host.height();
  EXPECT_TRUE(net.until([&] { return host.height() > height; }, std::chrono::seconds(4)));
}

TEST_F(NodeMining, AHeaderWhoseBlockIsWithheldDoesNotStopIt) {
  auto& host = start(node::MiningMode::kAlways);
  auto& script = net.befriend(host, "a liar");
  ASSERT_TRUE(net.until([&] { return host.height() == 1; }));
  net.say(script, headers_of(mine_chain(host.tip_header(), 3)));
  ASSERT_TRUE(net.until([&] { return script.received("get_blocks"); }));
  EXPECT_EQ(host.node->chain()->best_header().height, 4U);
  EXPECT_TRUE(net.until([&] { return host.height() == 6; }, std::chrono::seconds(30)));
}

TEST_F(NodeMining, AChainThatGoesBackTooFarIsSaidAndNothingWaitsForIt) {
  auto& host = start(node::MiningMode::kAlways);
  ASSERT_TRUE(net.until([&] { return host.height() == chain::kMaxReorganisationDepthBlocks + 1; }));
  auto& script = net.befriend(host, "the other half");
  const auto other = mine_chain(chain::genesis_block(net.spec).header, chain::kMaxReorganisationDepthBlocks + 30);
  const auto message = headers_of(other);
  net.say(script, wire::peer::Announce{{chain::block_id(other.back().header)}, {}});
  ASSERT_TRUE(net.until([&] { return script.received("get_headers"); }));
  const auto asked = [&] { return script.times("get_headers"); };
  // As often as it is asked, up to a bound that a node in its right mind does not reach.
  std::ptrdiff_t answered = 0;
  EXPECT_FALSE(net.until(
      [&] {
        if (answered == asked()) return false;
        ++answered;
        net.say(script, message);
        net.say(script, wire::peer::BlockBody{chain::encode(other.front())});
        return answered > 10;
      },
      std::chrono::seconds(20)));
  EXPECT_TRUE(host.reported("it takes back 1"));
  EXPECT_TRUE(host.node->synced());
  EXPECT_GT(host.height(), chain::kMaxReorganisationDepthBlocks + 1);
}

TEST_F(NodeMining, WhenAllNoncesAreTriedTheTimeMovesOn) {
  auto& host = start(node::MiningMode::kAlways);
  net.mining_delay = std::chrono::hours(1);
  ASSERT_TRUE(net.until([&] { return host.job.has_value(); }));
  for (int i = 0; i < 5; ++i) {
    const node::Mine tried = *host.job;
    net.feed(host, node::NoncesExhausted{tried.job});
    EXPECT_NE(host.job->job, tried.job);
    EXPECT_GT(host.job->header.time_ms, tried.header.time_ms);
    EXPECT_EQ(host.job->header.previous, tried.header.previous);
    net.feed(host, node::NoncesExhausted{tried.job});
    EXPECT_EQ(host.job->header.time_ms, tried.header.time_ms + 1) << "of a former job it means nothing";
  }
  net.mining_delay = std::chrono::milliseconds(1);
  host.job_done = net.now().instant;
  EXPECT_TRUE(net.until([&] { return host.height() == 1; })) << "such a block is as good as any";
}

TEST_F(NodeMining, TheTimeOfABlockThatTakesLongKeepsUp) {
  auto& host = start(node::MiningMode::kAlways);
  net.mining_delay = std::chrono::hours(2);
  ASSERT_TRUE(net.until([&] { return host.job.has_value(); }));
  net.run(std::chrono::hours(1));
  const std::uint64_t behind_ms = to_unix_ms(net.now().wall) - host.job->header.time_ms;
  EXPECT_LE(behind_ms, 5'000U);
}

TEST_F(NodeMining, ASoleMinerGoesOnAfterARestartByItself) {
  auto& host = start(node::MiningMode::kPending);
  net.submit(host, 1, record(net.spec, voter_key(1), 1));
  ASSERT_TRUE(net.until([&] { return host.height() == 1; }));
  net.submit(host, 2, record(net.spec, voter_key(1), 2));
  net.run(std::chrono::milliseconds(100));
  ASSERT_EQ(host.height(), 1U);
  net.kill(host);
  net.boot(host);
  EXPECT_TRUE(net.until([&] { return host.height() == 2; }, std::chrono::seconds(10)));
  EXPECT_EQ(host.node->mempool()->size(), 0U);
}

TEST_F(NodeMining, NonceForAFormerJobIsIgnored) {
  auto& host = start(node::MiningMode::kAlways);
  ASSERT_TRUE(net.until([&] { return host.job.has_value(); }));
  const auto former = host.job->job;
  ASSERT_TRUE(net.until([&] { return host.height() == 2; }));
  net.feed(host, node::Mined{former, 12345});
  net.run(std::chrono::milliseconds(10));
  EXPECT_FALSE(host.reported("refused"));
}

}  // namespace
}  // namespace suara::testing
