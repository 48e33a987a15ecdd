// Bodies that break a rule make their block invalid and end the way that leads to it; bodies that are late, or not the
// header's at all, say nothing about the block.
#include "peer-node/chain/merkle.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/sim/scenes/scene.hpp"
#include "tests/support/chain_builder.hpp"

#include <gtest/gtest.h>

namespace suara::sim {
namespace {

using std::chrono::seconds;

constexpr std::size_t kHeight = 50;

chain::BlockStatus status_of(const NodeHost& node, const chain::Block& block) {
  return node.node()->chain()->find(node.node()->view(), chain::block_id(block.header))->status;
}

struct Bodies : ::testing::Test {
  Scene scene;
  std::vector<chain::Block> blocks = scene.chain_of(kHeight);

  /// A chain with more work than `blocks`, on its last but two; its first own block holds a vote nobody signed.
  std::vector<chain::Block> forged_chain() {
    std::vector<chain::Block> forged(blocks.begin(), blocks.end() - 2);
    auto transaction = testing::record(scene.spec, testing::voter_key(1), 1);
    transaction.author = testing::voter_key(2).public_key();
    forged.push_back(testing::mine_block(forged.back().header, {transaction}));
    return scene.chain_of(5, forged);
  }
};

TEST_F(Bodies, AForgedOneEndsItsChainAndItsSenderAndNothingElse) {
  const auto forged = forged_chain();
  auto& forger = scene.play(1, {.blocks = forged});
  auto mining = scene.options(2);
  mining.mining = node::MiningMode::kAlways;
  auto& honest = scene.start(mining, blocks);
  auto& node = scene.start(scene.options(3, {1, 2}));
  ASSERT_TRUE(scene.until([&] { return forger.refused_with("bad_signature") == 1; }));
  ASSERT_TRUE(scene.until([&] { return tip_of(node).height >= kHeight; }, seconds(5)));
  EXPECT_EQ(status_of(node, forged[kHeight - 2]), chain::BlockStatus::kInvalid);
  EXPECT_EQ(status_of(node, forged.back()), chain::BlockStatus::kInvalid) << "and so is what descends from it";
  EXPECT_TRUE(scene.until([&] { return tip_of(node).id == tip_of(honest).id && tip_of(node).height > kHeight; }));
  EXPECT_TRUE(said_at(node, "is invalid: ").has_value());
}

TEST_F(Bodies, TheSameForgeryFromAnotherIsNotFetchedAgain) {
  const auto forged = forged_chain();
  auto& forger = scene.play(1, {.blocks = forged});
  scene.start(scene.options(2), blocks);
  auto& node = scene.start(scene.options(3, {1, 2}));
  ASSERT_TRUE(scene.until([&] { return forger.refused_with("bad_signature") == 1; }));
  auto& accomplice = scene.play(4, {.blocks = forged});
  accomplice.dial(Scene::address(3));
  ASSERT_TRUE(scene.until([&] { return accomplice.refused_with("invalid_parent") == 1; }));
  EXPECT_EQ(scene.wire.count(node.id(), accomplice.id(), "get_blocks"), 0U);
  // Once more, and it is not even listened to.
  accomplice.dial(Scene::address(3));
  ASSERT_TRUE(scene.until([&] { return accomplice.refused_with("invalid_parent") == 2; }));
  accomplice.dial(Scene::address(3));
  EXPECT_TRUE(scene.until([&] { return accomplice.refused_with("discouraged") == 1; }));
}

TEST_F(Bodies, OneThatIsNotTheHeadersSaysNothingAboutTheBlock) {
  // The last block carries a record; the mutator leaves it out.
  blocks.push_back(testing::mine_block(blocks.back().header, {testing::record(scene.spec, testing::voter_key(1), 1)}));
  const chain::Block& last = blocks.back();
  auto& mutator = scene.play(1, {.blocks = blocks, .spoils = [&](const chain::Block& block) {
                                   return block == last ? std::optional(chain::Block{block.header, {}}) : std::nullopt;
                                 }});
  auto& node = scene.start(scene.options(3, {1}));
  ASSERT_TRUE(scene.until([&] { return mutator.refused_with("bad_transactions_root") == 1; }));
  EXPECT_EQ(tip_of(node).height, kHeight);
  EXPECT_EQ(status_of(node, last), chain::BlockStatus::kHeaderOnly) << "not invalid: its body has not been seen";
  auto& honest = scene.play(2, {.blocks = blocks});
  honest.dial(Scene::address(3));
  EXPECT_TRUE(scene.until([&] { return tip_of(node).id == chain::block_id(last.header); }, seconds(1)));
}

TEST_F(Bodies, LateOnesCostTheirTurnAndNothingElse) {
  auto& slow = scene.play(1, {.blocks = blocks, .body_delay = seconds(3)});
  scene.start(scene.options(2), blocks);
  auto& node = scene.start(scene.options(3, {1, 2}));
  ASSERT_TRUE(scene.until([&] { return tip_of(node).height == kHeight; }));
  const auto asked = scene.wire.first(node.id(), slow.id(), "get_blocks");
  ASSERT_TRUE(asked.has_value());
  EXPECT_LT(scene.now() - *asked, seconds(3)) << "the other one gave them before they came late";
  scene.run(seconds(10));
  EXPECT_GT(scene.wire.count(slow.id(), node.id(), "block"), 0U);
  EXPECT_EQ(slow.connections().size(), 1U);
  EXPECT_EQ(status_of(node, blocks.back()), chain::BlockStatus::kConnected);
}

// With nobody else to ask, late is better than never.
TEST_F(Bodies, LateOnesAreTakenWhenThereAreNoOthers) {
  auto& slow = scene.play(1, {.blocks = blocks, .body_delay = seconds(3)});
  auto& node = scene.start(scene.options(3, {1}));
  EXPECT_TRUE(scene.until([&] { return tip_of(node).height == kHeight; }));
  EXPECT_EQ(slow.connections().size(), 1U);
}

}  // namespace
}  // namespace suara::sim
