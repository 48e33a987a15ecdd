// A network that is cut in two, and healed: three in ten are alone for an hour, or each half has all its connections
// inside by the time the other is back.
#include "peer-node/chain/limits.hpp"
#include "peer-node/node/limits.hpp"
#include "peer-node/p2p/limits.hpp"
#include "tests/sim/scenes/scene.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace suara::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// From healing to the last dial: a wait between attempts, and a dial that began before and must time out.
constexpr seconds kDialsAgainWithin = std::chrono::duration_cast<seconds>(p2p::kLastRetry) + seconds(5);

struct Partition : testing::Test {
  Scene scene;
  DirectoryHost& directory = scene.serve_directory(1);
  std::vector<NodeHost*> all, many, few;

  void gather(std::size_t count, Duration mean_mining, std::size_t few_of_ten = 3, std::size_t max_outbound = 8) {
    for (unsigned number = 1; number <= count; ++number) {
      auto options = scene.options(number);
      options.bootstrap = {Scene::directory(1)};
      options.mining = node::MiningMode::kAlways;
      options.max_outbound = max_outbound;
      all.push_back(&scene.start(options, {}, mean_mining));
      (number <= count - count * few_of_ten / 10 ? many : few).push_back(all.back());
    }
    scene.run(minutes(2));
    ASSERT_TRUE(are_one_network(all));
    ASSERT_TRUE(scene.until([&] { return agree(all); }));
  }
  /// The few see neither the many nor the bootstrap server.
  void part_for(Duration time) {
    for (const NodeHost* left : few) {
      for (const NodeHost* right : many) scene.cut(*left, *right);
      scene.cut(*left, directory);
    }
    scene.run(time);
    scene.heal();
  }
  static std::uint64_t blocks_since(const NodeHost& host, std::uint64_t height) { return tip_of(host).height - height; }
};

TEST_F(Partition, OfAnHourEndsWithOneChainAndTheFewAreTold) {
  gather(10, minutes(10));
  const std::uint64_t before = tip_of(*all[0]).height;
  part_for(hours(1));
  ASSERT_TRUE(agree(many) && agree(few)) << "each side has one chain";
  const std::uint64_t lost = blocks_since(*few[0], before);
  ASSERT_GE(lost, node::kDeepReorganisationBlocks);
  ASSERT_LE(lost, chain::kMaxReorganisationDepthBlocks);
  ASSERT_GT(blocks_since(*many[0], before), lost);
  EXPECT_TRUE(scene.until([&] { return agree(all); }, kDialsAgainWithin + seconds(1)));
  for (const NodeHost* host : few) {
    const node::Meter meter = host->node()->meter();
    EXPECT_EQ(meter.alarms.deep, 1U) << host->ip();
    EXPECT_GE(meter.alarms.last_deep->depth_blocks, lost - 1) << host->ip();
    EXPECT_TRUE(said_at(*host, "gave way to a chain with more work").has_value());
  }
  for (const NodeHost* host : many) EXPECT_EQ(host->node()->meter().alarms.deep, 0U) << host->ip();
  EXPECT_TRUE(scene.until([&] { return are_one_network(all); }, kDialsAgainWithin));
}

// Twelve cannot dial eight each among themselves, but two. None of them has reason to dial, then, when the
// other half is back, and nobody reports more work than its own half has.
TEST_F(Partition, OfHalvesThatNeedNobodyElseEndsWithinTwoMinutes) {
  constexpr int kPlaces = 2;
  gather(24, minutes(20), 5, kPlaces);
  scene.environment.network.reset_all();  // or all would be connected to those who came first
  part_for(minutes(30));
  for (const auto* half : {&many, &few}) {
    ASSERT_TRUE(agree(*half) && are_one_network(*half));
    for (const NodeHost* host : *half) {
      const auto peers = host->node()->peers();
      ASSERT_GE(std::ranges::count_if(peers, [](const node::PeerInfo& peer) { return !peer.inbound; }), kPlaces);
    }
  }
  ASSERT_FALSE(are_one_network(all));
  ASSERT_NE(tip_of(*many[0]).id, tip_of(*few[0]).id);
  EXPECT_TRUE(scene.until([&] { return agree(all); }, minutes(2)));
  for (const NodeHost* host : all) EXPECT_FALSE(said_at(*host, "trying others").has_value()) << host->ip();
  // Whoever brought the better chain stays; the halves have become one network.
  scene.run(minutes(30));
  EXPECT_TRUE(are_one_network(all));
  EXPECT_TRUE(scene.until([&] { return agree(all); }, seconds(10)));
}

// The policy's price: who mined over 100 blocks alone stays apart, and says so, until somebody starts it anew.
TEST_F(Partition, OfMoreThanAHundredBlocksLastsAndIsSaidUntilTheFewStartAnew) {
  gather(10, minutes(1));
  const std::uint64_t before = tip_of(*all[0]).height;
  part_for(hours(1));
  ASSERT_GT(blocks_since(*few[0], before), chain::kMaxReorganisationDepthBlocks + 10);
  ASSERT_GT(tip_of(*many[0]).work, tip_of(*few[0]).work);
  scene.run(minutes(10));
  ASSERT_TRUE(scene.until([&] { return agree(many); }) && scene.until([&] { return agree(few); }));
  EXPECT_NE(tip_of(*many[0]).id, tip_of(*few[0]).id);
  for (const NodeHost* host : few) {
    EXPECT_GE(host->node()->meter().alarms.refused, 1U) << host->ip();
    EXPECT_TRUE(said_at(*host, "refused a chain with more work").has_value()) << host->ip();
    EXPECT_TRUE(host->node()->synced()) << host->ip() << " goes on mining its own";
  }
  EXPECT_TRUE(are_one_network(all)) << "nobody is disconnected for it";
  // The operator takes one of the few, and gives it an empty data folder.
  few[0]->die(Death::kProcess);
  auto options = scene.options(20);
  options.bootstrap = {Scene::directory(1)};
  auto& anew = scene.start(options);
  EXPECT_TRUE(scene.until([&] { return tip_of(anew).id == tip_of(*many[0]).id; }));
}

// Packets of A to B are lost, those of B to A are not; C has both. What TCP shows of it: nothing comes from A any more,
// while A's writes are not acknowledged.
TEST(AsymmetricPartition, IsFoundOutBySilenceAndOthersCarryTheBlocks) {
  Scene scene;
  auto& c = scene.start(scene.options(3));
  auto& b = scene.start(scene.options(2, {3}));
  auto mining = scene.options(1, {2, 3});
  mining.mining = node::MiningMode::kAlways;
  auto& a = scene.start(mining, {}, seconds(5));
  scene.run(minutes(1));
  ASSERT_EQ(b.node()->peers().size(), 2U);
  scene.environment.network.cut(a.id(), b.id());
  const Instant cut_at = scene.now();
  const std::uint64_t before = tip_of(a).height;
  ASSERT_TRUE(scene.until([&] { return said_at(b, "(dead)").has_value(); }));

  Instant last_heard{};
  for (const auto& message : scene.wire.messages()) {
    if (message.from == a.id() && message.to == b.id()) last_heard = message.when;
  }
  EXPECT_LE(last_heard, cut_at + Scene::kLatency);
  EXPECT_EQ(said_at(b, "(dead)"), last_heard + p2p::kDeadAfter);
  EXPECT_GT(tip_of(a).height, before);
  EXPECT_TRUE(scene.until([&] { return agree({&a, &b, &c}); }, seconds(1))) << "through C";
  EXPECT_TRUE(are_one_network({&a, &b, &c}));

  scene.run(minutes(10));
  scene.heal();
  EXPECT_TRUE(scene.until([&] { return a.node()->peers().size() == 2; }, kDialsAgainWithin + seconds(1)));
  EXPECT_TRUE(scene.until([&] { return agree({&a, &b, &c}); }, minutes(1)));
}

}  // namespace
}  // namespace suara::sim
