// What a node that catches up tells of how far it is.
#include "tests/support/block_messages.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

using std::chrono::seconds;

// A peer with a chain that hands out so many blocks a second.
struct NodeProgress : ::testing::Test {
  NodeNet net;
  NodeNet::Host& host = net.start(net.options(1));
  const std::vector<chain::Block> blocks = mine_chain(chain::genesis_block(net.spec).header, 200);
  NodeNet::Script& script = net.befriend(host, "slow", 200, 804);
  std::size_t given = 0;

  void give_headers() {
    ASSERT_TRUE(net.until([&] { return script.received("get_headers"); }, seconds(1)));
    net.say(script, headers_of(blocks));
    net.run(seconds(0));
  }
  void give_blocks(std::size_t count) {
    net.run(std::chrono::milliseconds(500));
    for (std::size_t i = 0; i < count; ++i) net.say(script, wire::peer::BlockBody{chain::encode(blocks[given++])});
    net.run(std::chrono::milliseconds(500));
  }
};

TEST_F(NodeProgress, IsInTheLogEveryTenSecondsUntilItIsDone) {
  give_headers();
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(host.reported("syncing: "));
    give_blocks(10);
  }
  net.run(std::chrono::milliseconds(1));
  EXPECT_TRUE(host.reported("syncing: 50.0 % (block 100 of 200), 10 blocks/s, 10 s left"))
      << ::testing::PrintToString(host.reports);
  const node::Progress progress = host.node->progress();
  EXPECT_EQ(progress.height, 100U);
  EXPECT_EQ(progress.target_height, 200U);
  EXPECT_EQ(progress.percent, 50.0);
  EXPECT_EQ(progress.left, seconds(10));
  for (int i = 0; i < 10; ++i) give_blocks(10);
  EXPECT_TRUE(host.reported("synced at block 200"));
  EXPECT_EQ(host.node->progress().percent, 100.0);
  EXPECT_EQ(host.node->progress().blocks_per_second, 0);
  EXPECT_FALSE(host.node->progress().left.has_value());
}

TEST_F(NodeProgress, NothingIsPromisedWhileNothingMoves) {
  give_headers();
  net.run(seconds(11));
  EXPECT_TRUE(host.reported("syncing: 0.0 % (block 0 of 200), 0 blocks/s")) << ::testing::PrintToString(host.reports);
  EXPECT_FALSE(host.reported("left"));
}

}  // namespace
}  // namespace suara::testing
