// Peers that claim a chain and do not give it: a newcomer loses seconds to them, and exactly so many, then asks others.
#include "peer-node/p2p/limits.hpp"
#include "peer-node/sync/limits.hpp"
#include "tests/sim/scenes/scene.hpp"

#include <gtest/gtest.h>

namespace suara::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kHeight = 200;

// 1 does not give what it claims, 2 is honest; 3 comes new and dials both.
struct Stalling : testing::Test {
  Scene scene;
  std::vector<chain::Block> blocks = scene.chain_of(kHeight);
  NodeHost& honest = scene.start(scene.options(2), blocks);

  NodeHost& newcomer() { return scene.start(scene.options(3, {1, 2})); }
};

TEST_F(Stalling, UnansweredGetHeadersHoldsANewcomerUpForFiveSeconds) {
  auto& staller = scene.play(1, {.blocks = scene.chain_of(1, blocks), .answers_headers = false});
  auto& node = newcomer();
  ASSERT_TRUE(scene.until([&] { return tip_of(node).height == kHeight; }));
  const auto synced_at = scene.now();
  const auto asked = scene.wire.first(node.id(), staller.id(), "get_headers");
  const auto asked_another = scene.wire.first(node.id(), honest.id(), "get_headers");
  ASSERT_TRUE(asked && asked_another);
  EXPECT_EQ(*asked_another - *asked, seconds(5)) << "sync::kHeadersStall";
  EXPECT_LT(synced_at - *asked_another, seconds(1)) << "and nothing else held it up";
  EXPECT_TRUE(node.node()->synced()) << "who shows nothing is not believed";

  ASSERT_TRUE(scene.until([&] { return staller.connections().empty(); }));
  EXPECT_EQ(scene.wire.first(node.id(), staller.id(), "error", "headers_timeout"), *asked + seconds(30))
      << "sync::kHeadersTimeout";
  EXPECT_EQ(scene.wire.count(node.id(), staller.id(), "get_headers"), 1U);
}

TEST_F(Stalling, HeadersWithoutBodiesHoldANewcomerUpForTwoSeconds) {
  auto& staller = scene.play(1, {.blocks = blocks, .answers_blocks = false});
  auto& node = newcomer();
  ASSERT_TRUE(scene.until([&] { return tip_of(node).height == kHeight; }));
  const auto asked = scene.wire.first(node.id(), staller.id(), "get_blocks");
  ASSERT_TRUE(asked.has_value());
  // The lowest block it was asked for keeps everything from connecting.
  const std::string lowest = chain::block_id(blocks[0].header).hex();
  ASSERT_EQ(scene.wire.first(node.id(), staller.id(), "get_blocks", lowest), asked);
  EXPECT_EQ(scene.wire.first(node.id(), honest.id(), "get_blocks", lowest), *asked + seconds(2)) << "sync::kFirstStall";
  EXPECT_LT(scene.now() - *asked, seconds(3));
}

TEST_F(Stalling, APeerThatKeepsWithholdingIsWaitedForTwiceAsLongEachTimeAndThenLeft) {
  // It says that it has every block to come. New ones are had from who announces them; but each time the honest one was
  // away there is something to catch up with.
  auto& staller = scene.play(1, {.blocks = blocks, .claimed_height = 10'000, .answers_blocks = false});
  constexpr p2p::Discovery kNone{.push = false, .poll = false, .announce = false, .gossip = false};
  auto options = scene.options(3, {1, 2});
  options.discovery = kNone;
  auto& node = scene.start(options);
  auto miner = scene.options(4, {2});
  miner.mining = node::MiningMode::kAlways;
  miner.discovery = kNone;
  scene.start(miner, blocks);
  for (int outage = 0; outage < 10 && staller.refused_with("stalled") == 0; ++outage) {
    scene.run(minutes(3));
    honest.die(Death::kProcess);
    scene.run(minutes(2));
    honest.start();
  }
  ASSERT_TRUE(scene.until([&] { return staller.refused_with("stalled") == 1; }, minutes(3)));
  scene.run(Scene::kLatency);

  std::vector<seconds> waits;  // from asking it for a block to asking the other one
  for (const auto& asked : scene.wire.messages()) {
    if (asked.type != "get_blocks" || asked.from != node.id() || asked.to != staller.id()) continue;
    const std::string id = asked.line.substr(asked.line.find(R"("ids":[")") + 8, 64);
    const auto asked_another = scene.wire.first(node.id(), honest.id(), "get_blocks", id, asked.when);
    ASSERT_TRUE(asked_another.has_value());
    waits.push_back(std::chrono::duration_cast<seconds>(*asked_another - asked.when));
  }
  EXPECT_EQ(waits, (std::vector<seconds>{seconds(2), seconds(4), seconds(8), seconds(16), seconds(32), seconds(64)}));
  const auto last_asked = scene.wire.arrivals(node.id(), staller.id(), "get_blocks").back();
  EXPECT_EQ(scene.wire.first(node.id(), staller.id(), "error", "stalled"), last_asked + seconds(64));
  EXPECT_TRUE(scene.until([&] { return tip_of(node).id == tip_of(honest).id; }, seconds(1)));
}

TEST_F(Stalling, TheOnlyPeerIsLeftAfter64SecondsWithoutABody) {
  auto& staller = scene.play(1, {.blocks = blocks, .answers_blocks = false});
  auto& node = scene.start(scene.options(3, {1}));
  ASSERT_TRUE(scene.until([&] { return staller.refused_with("stalled") == 1; }));
  const auto asked = scene.wire.first(node.id(), staller.id(), "get_blocks");
  EXPECT_EQ(scene.wire.first(node.id(), staller.id(), "error", "stalled"), *asked + seconds(64)) << "sync::kLastStall";
  EXPECT_EQ(tip_of(node).height, 0U);
}

}  // namespace
}  // namespace suara::sim
