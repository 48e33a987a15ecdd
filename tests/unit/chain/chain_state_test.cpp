#include "peer-node/chain/chain_state.hpp"

#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/support/chain_builder.hpp"
#include "tests/support/chain_driver.hpp"

#include <gtest/gtest.h>

namespace suara::chain {
namespace {

using testing::ChainDriver;
using testing::easy_spec;
using testing::mine_block;
using testing::mine_chain;

void give_headers(ChainDriver& driver, const std::vector<Block>& blocks) {
  for (const Block& block : blocks) ASSERT_TRUE(driver.add_header(block.header));
}

void give_bodies(ChainDriver& driver, const std::vector<Block>& blocks) {
  for (const Block& block : blocks) ASSERT_TRUE(driver.add_body(block));
}

void give(ChainDriver& driver, const std::vector<Block>& blocks) {
  give_headers(driver, blocks);
  give_bodies(driver, blocks);
}

BlockId last_id(const std::vector<Block>& blocks) { return block_id(blocks.back().header); }

TEST(ChainState, BeginsAtGenesis) {
  const auto spec = easy_spec();
  ChainDriver driver(spec);
  const BlockId genesis = block_id(genesis_block(spec).header);
  EXPECT_EQ(driver.chain().tip().id, genesis);
  EXPECT_EQ(driver.chain().tip().work, 4);
  EXPECT_EQ(driver.chain().best_header().id, genesis);
  EXPECT_EQ(driver.chain().id_at(driver.store(), 0), genesis);
  EXPECT_EQ(driver.chain().find(driver.store(), genesis)->status, BlockStatus::kConnected);
  EXPECT_EQ(driver.chain().block(driver.store(), genesis), genesis_block(spec));
  EXPECT_EQ(driver.chain().locator(driver.store()), std::vector<BlockId>{genesis});
  EXPECT_TRUE(driver.chain().missing_bodies(driver.store(), 10).empty());
}

TEST(ChainState, StoreTellsItsSpecification) {
  EXPECT_FALSE(stored_spec(store::MemoryStore()));
  ChainDriver driver(easy_spec());
  const auto stored = stored_spec(driver.store());
  ASSERT_TRUE(stored);
  EXPECT_EQ(network_id(*stored), driver.chain().network());
}

TEST(ChainState, StatusFollowsABlock) {
  ChainDriver driver(easy_spec());
  const auto blocks = mine_chain(driver.genesis(), 1);
  const auto status = [&] { return driver.chain().find(driver.store(), last_id(blocks))->status; };
  give_headers(driver, blocks);
  EXPECT_EQ(status(), BlockStatus::kHeaderOnly);
  EXPECT_FALSE(driver.chain().block(driver.store(), last_id(blocks)));
  give_bodies(driver, blocks);
  EXPECT_EQ(status(), BlockStatus::kHasBody);
  driver.advance();
  EXPECT_EQ(status(), BlockStatus::kConnected);
}

TEST(ChainState, ConnectsALimitedNumberOfBlocksInOneStep) {
  ChainDriver driver(easy_spec());
  give(driver, mine_chain(driver.genesis(), 2 * kMaxBlocksPerStep + 1));
  for (const std::size_t expected : {kMaxBlocksPerStep, kMaxBlocksPerStep, std::size_t{1}}) {
    const auto step = driver.advance_once();
    EXPECT_EQ(step.connected.size(), expected);
    EXPECT_EQ(step.more, expected == kMaxBlocksPerStep);
    driver.restart();
  }
  EXPECT_EQ(driver.chain().tip().height, 2 * kMaxBlocksPerStep + 1);
}

TEST(ChainState, ReorganisesAtomicallyHoweverLong) {
  ChainDriver driver(easy_spec());
  give(driver, mine_chain(driver.genesis(), kMaxReorganisationDepthBlocks));
  driver.advance();
  const auto branch = mine_chain(driver.genesis(), kMaxReorganisationDepthBlocks + 1, 1'000'000);
  give(driver, branch);
  const auto step = driver.advance_once();
  EXPECT_EQ(step.disconnected.size(), kMaxReorganisationDepthBlocks);
  EXPECT_EQ(step.disconnected.front().header.height, kMaxReorganisationDepthBlocks) << "the tip first";
  EXPECT_EQ(step.connected.front()->header().height, 1U) << "the lowest first";
  EXPECT_TRUE(driver.chain().tip().work > 4 * kMaxReorganisationDepthBlocks);
  driver.advance();
  EXPECT_EQ(driver.chain().tip().id, last_id(branch));
}

TEST(ChainState, ContestedWhileAnotherChainHasAsMuchWork) {
  ChainDriver driver(easy_spec());
  const auto ours = mine_chain(driver.genesis(), 2);
  give(driver, ours);
  driver.advance();
  EXPECT_FALSE(driver.chain().contested(driver.store()));
  const auto seen = driver.chain().headers_seen();
  const auto rival = mine_chain(driver.genesis(), 2, 1'000'000);
  give_headers(driver, {rival[0]});
  EXPECT_FALSE(driver.chain().contested(driver.store())) << "it has less";
  give_headers(driver, {rival[1]});
  EXPECT_TRUE(driver.chain().contested(driver.store()));
  EXPECT_EQ(driver.chain().headers_seen(), seen + 2);
  give(driver, {mine_block(ours.back().header)});
  driver.advance();
  EXPECT_FALSE(driver.chain().contested(driver.store())) << "the next block has decided";
}

TEST(ChainState, RefusesADeeperReorganisationBeforeAskingForItsBodies) {
  ChainDriver driver(easy_spec());
  const auto ours = mine_chain(driver.genesis(), kMaxReorganisationDepthBlocks + 1);
  give(driver, ours);
  driver.advance();
  const auto branch = mine_chain(driver.genesis(), kMaxReorganisationDepthBlocks + 2, 1'000'000);
  give_headers(driver, branch);
  EXPECT_EQ(driver.chain().best_header().id, last_id(branch));
  const auto step = driver.advance();
  ASSERT_EQ(step.refused.size(), 1U);
  EXPECT_EQ(step.refused[0].id, block_id(branch[0].header));
  EXPECT_EQ(step.refused[0].depth_blocks, kMaxReorganisationDepthBlocks + 1);
  EXPECT_EQ(driver.chain().best_header().id, last_id(ours));
  EXPECT_TRUE(driver.chain().missing_bodies(driver.store(), 10).empty());

  // What builds on it is no peer's fault, and changes nothing.
  const auto more = mine_chain(branch.back().header, 3);
  give(driver, more);
  driver.restart();
  EXPECT_TRUE(driver.advance().connected.empty());
  EXPECT_EQ(driver.chain().tip().id, last_id(ours));
}

TEST(ChainState, AsksForBodiesFromWhereTheBestHeaderLeavesTheChain) {
  ChainDriver driver(easy_spec());
  const auto trunk = mine_chain(driver.genesis(), 3);
  const auto ours = mine_chain(trunk.back().header, 2, 1'000'000);
  const auto best = mine_chain(trunk.back().header, 5, 2'000'000);
  give(driver, trunk);
  give(driver, ours);
  driver.advance();
  give_headers(driver, best);
  const auto missing = [&](std::size_t limit) {
    std::vector<BlockId> ids;
    for (const ChainPoint& point : driver.chain().missing_bodies(driver.store(), limit)) ids.push_back(point.id);
    return ids;
  };
  EXPECT_EQ(missing(2), (std::vector{block_id(best[0].header), block_id(best[1].header)}));
  ASSERT_TRUE(driver.add_body(best[1]));
  ASSERT_TRUE(driver.add_body(best[0]));
  EXPECT_EQ(missing(2), (std::vector{block_id(best[2].header), block_id(best[3].header)}));
  EXPECT_EQ(missing(100).size(), 3U);
  driver.restart();
  EXPECT_EQ(missing(100).size(), 3U);
}

TEST(ChainState, LocatorThinsOutTowardsGenesis) {
  ChainDriver driver(easy_spec());
  const auto blocks = mine_chain(driver.genesis(), 100);
  give_headers(driver, blocks);
  std::vector<std::uint64_t> heights;
  for (const BlockId& id : driver.chain().locator(driver.store())) {
    heights.push_back(driver.chain().find(driver.store(), id)->point.height);
  }
  EXPECT_EQ(heights, (std::vector<std::uint64_t>{100, 99, 98, 97, 96, 95, 94, 93, 92, 91, 89, 85, 77, 61, 29, 0}));
}

TEST(ChainState, AnswersWithHeadersAfterTheFirstCommonBlock) {
  ChainDriver driver(easy_spec());
  const auto blocks = mine_chain(driver.genesis(), 10);
  give(driver, blocks);
  driver.advance();
  const auto fork = mine_chain(blocks[3].header, 2, 1'000'000);
  give_headers(driver, fork);
  const auto after = [&](const std::vector<BlockId>& locator, std::size_t limit) {
    return driver.chain().headers_after(driver.store(), locator, limit);
  };
  const auto headers = after({BlockId(), last_id(fork), block_id(blocks[3].header), block_id(blocks[1].header)}, 4);
  ASSERT_EQ(headers.size(), 4U);
  EXPECT_EQ(headers.front().header, blocks[4].header);
  EXPECT_EQ(after({}, 100).front().header, blocks[0].header);
  EXPECT_EQ(after({}, 100).size(), 10U);
  EXPECT_TRUE(after({last_id(blocks)}, 100).empty());
  EXPECT_TRUE(after({}, 0).empty());

  // Read while a reorganisation is being committed: what is not linked to the one before is left out.
  store::Draft torn(driver.store());
  torn.put(node_store::kHeights, node_store::height_key(6), std::string(as_text(last_id(fork).view())));
  EXPECT_EQ(driver.chain().headers_after(torn, {}, 100).size(), 5U);
}

TEST(ChainState, NextHeaderIsOnTheTipAndAboveTheMedian) {
  ChainDriver driver(easy_spec());
  const auto blocks = mine_chain(driver.genesis(), 12);
  give(driver, blocks);
  driver.advance();
  const Hash256 root = sha256(as_bytes("root"));
  const auto next = [&](std::uint64_t ms) {
    return driver.chain().next_header(driver.store(), root, from_unix_ms(ms));
  };
  const Header late = next(1'500'000'000);
  EXPECT_EQ(late.height, 13U);
  EXPECT_EQ(late.previous, last_id(blocks));
  EXPECT_EQ(late.transactions_root, root);
  EXPECT_EQ(late.time_ms, 1'500'000'000U);
  EXPECT_EQ(late.bits, easy_spec().initial_bits);
  EXPECT_EQ(next(0).time_ms, blocks[6].header.time_ms + 1) << "the median of heights 2 to 12, and a millisecond";
}

TEST(ChainState, BodiesAreKeptOnceAndIgnoredOnRefusedBranches) {
  ChainDriver driver(easy_spec());
  const auto blocks = mine_chain(driver.genesis(), 2);
  give(driver, blocks);
  driver.advance();
  store::Draft draft(driver.store());
  driver.chain().add_body(HashedBlock::of(blocks[0]), draft);
  EXPECT_TRUE(draft.empty());
  driver.chain().mark_invalid(block_id(blocks[0].header), draft);
  EXPECT_TRUE(draft.empty()) << "a connected block has kept every rule";
}

TEST(ChainState, ForgetsDeepEndsButNotTheirHeaders) {
  ChainDriver driver(easy_spec());
  const auto side = mine_chain(driver.genesis(), 2, 1'000'000);
  give_headers(driver, side);
  const auto tips = [&] { return testing::contents(driver.store(), node_store::kTips).size(); };
  auto trunk = mine_chain(driver.genesis(), kMaxReorganisationDepthBlocks + 2);
  give(driver, trunk);
  driver.advance();
  EXPECT_EQ(tips(), 2U);
  const auto next = mine_chain(trunk.back().header, 1);
  give(driver, next);
  driver.advance();
  EXPECT_EQ(tips(), 1U);
  EXPECT_TRUE(driver.chain().find(driver.store(), last_id(side)));
  EXPECT_TRUE(driver.add_header(mine_chain(side.back().header, 1)[0].header));
}

}  // namespace
}  // namespace suara::chain
