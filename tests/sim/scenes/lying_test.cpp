// A peer that claims more work than it shows costs a question, and neither progress nor mining.
#include "peer-node/chain/work.hpp"
#include "tests/sim/scenes/scene.hpp"

#include <gtest/gtest.h>

namespace suara::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kHeight = 100;

const chain::Uint256 kHugeWork = chain::Uint256(1) << 200;

struct Lying : testing::Test {
  Scene scene;
  std::vector<chain::Block> blocks = scene.chain_of(kHeight);
};

TEST_F(Lying, AClaimWithNothingBehindItIsAskedForOnce) {
  auto& liar = scene.play(1, {.claimed_work = kHugeWork, .claimed_height = 1'000'000});
  auto mining = scene.options(2);
  mining.mining = node::MiningMode::kAlways;
  auto& honest = scene.start(mining, blocks);
  auto& node = scene.start(scene.options(3, {1, 2}));
  ASSERT_TRUE(scene.until([&] { return tip_of(node).height >= kHeight; }));
  EXPECT_LT(scene.now(), Instant(seconds(1))) << "the claim held nobody up";
  EXPECT_TRUE(node.node()->synced());
  scene.run(minutes(10));
  EXPECT_GT(tip_of(node).height, kHeight + 30);
  EXPECT_EQ(tip_of(node).id, tip_of(honest).id);
  EXPECT_EQ(scene.wire.count(node.id(), liar.id(), "get_headers"), 1U);
  EXPECT_EQ(liar.connections().size(), 1U) << "having less than it said is no violation";
}

TEST_F(Lying, AMinerWaitsFiveSecondsForTheWorkAPeerClaimsAndThenMines) {
  auto& liar = scene.play(1, {.claimed_work = kHugeWork, .answers_headers = false});
  auto mining = scene.options(2, {1});
  mining.mining = node::MiningMode::kAlways;
  constexpr Duration kQuickly{std::chrono::milliseconds(10)};
  auto& miner = scene.start(mining, blocks, kQuickly);
  ASSERT_TRUE(scene.until([&] { return !liar.connections().empty(); }));
  EXPECT_FALSE(miner.node()->synced());
  scene.run(Scene::kLatency);
  const std::uint64_t before = tip_of(miner).height;  // alone it mined
  ASSERT_TRUE(scene.until([&] { return tip_of(miner).height > before; }));
  const auto asked = scene.wire.first(miner.id(), liar.id(), "get_headers");
  ASSERT_TRUE(asked.has_value());
  const Instant doubted_at = *asked - Scene::kLatency + seconds(5);
  EXPECT_GE(scene.now(), doubted_at);
  EXPECT_LE(scene.now(), doubted_at + 20 * kQuickly) << "sync::kHeadersStall, and the luck of one block";
}

TEST_F(Lying, SevenThatAreSilentHoldANewcomerUpForFiveSecondsEachAndNotForEver) {
  // Each is disconnected 30 s after it was asked, and dialed again: before the honest one has had its turn.
  std::vector<ScriptedPeer*> liars;
  for (unsigned number = 1; number <= 7; ++number) {
    liars.push_back(&scene.play(number, {.claimed_work = kHugeWork, .answers_headers = false}));
  }
  auto& honest = scene.start(scene.options(9), blocks);
  auto& node = scene.start(scene.options(8, {1, 2, 3, 4, 5, 6, 7, 9}));
  ASSERT_TRUE(scene.until([&] { return tip_of(node).height == kHeight; }));
  const auto first = scene.wire.first(node.id(), liars[0]->id(), "get_headers");
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(scene.wire.first(node.id(), honest.id(), "get_headers"), *first + 7 * seconds(5));
}

// Whoever is dropped may come back with another key and claim again.
TEST_F(Lying, LiarsThatComeAgainAndAgainDoNotKeepAMinerFromMining) {
  auto mining = scene.options(2);
  mining.mining = node::MiningMode::kAlways;
  auto& miner = scene.start(mining, blocks);
  auto& honest = scene.start(scene.options(3, {2}), blocks);
  scene.run(minutes(1));
  const std::uint64_t before = tip_of(miner).height;
  for (unsigned number = 10; number < 70; ++number) {
    auto& liar = scene.play(number, {.claimed_work = kHugeWork, .answers_headers = false});
    liar.dial(Scene::address(2));
    liar.dial(Scene::address(3));
    scene.run(seconds(4));  // each before the last one is doubted
  }
  EXPECT_GT(tip_of(miner).height, before + 12) << "a block in 10 s on average, over 240 s";
  // Liars fill the places of the other one, too, which dials them: nobody is asked for headers while one is silent.
  const auto behind = [&] { return tip_of(miner).height - tip_of(honest).height; };
  EXPECT_TRUE(scene.until([&] { return behind() == 0; }, seconds(5))) << behind() << " blocks behind";
}

}  // namespace
}  // namespace suara::sim
