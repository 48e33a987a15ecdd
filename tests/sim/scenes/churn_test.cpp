// Bootstrap servers are for newcomers: a network that once was comes back without them.
#include "tests/sim/scenes/scene.hpp"

#include <gtest/gtest.h>

namespace suara::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr unsigned kNodes = 12;

struct Churn : testing::Test {
  Scene scene;
  std::vector<DirectoryHost*> directories = {&scene.serve_directory(1), &scene.serve_directory(2)};
  std::vector<NodeHost*> nodes;

  Churn() {
    for (unsigned number = 1; number <= kNodes; ++number) {
      auto options = scene.options(number);
      options.bootstrap = {Scene::directory(1), Scene::directory(2)};
      options.mining = node::MiningMode::kAlways;
      nodes.push_back(&scene.start(options, {}, seconds(10 * kNodes)));
    }
    scene.run(minutes(2));
    for (DirectoryHost* directory : directories) directory->die(Death::kPower);
  }
};

TEST_F(Churn, WithoutBootstrapServersLeavesOneNetwork) {
  ASSERT_TRUE(are_one_network(nodes));
  // Each node goes twice, two or three of them at a time, now with a word and now without.
  for (unsigned turn = 0; turn < 2 * kNodes; ++turn) {
    NodeHost* const node = nodes[(turn * 5) % kNodes];
    node->die(turn % 3 == 0 ? Death::kPower : Death::kProcess);
    scene.environment.scheduler.after(seconds(45), [node] { node->start(); });
    scene.run(seconds(20));
  }
  scene.run(seconds(45));
  EXPECT_TRUE(scene.until([&] { return are_one_network(nodes); }, minutes(1)));
  EXPECT_TRUE(scene.until([&] { return agree(nodes); }, minutes(1)));
  EXPECT_GT(tip_of(*nodes[0]).height, 30U);
}

TEST_F(Churn, EverybodyComesBackFromAPowerCutByTheirAddressBooks) {
  for (NodeHost* node : nodes) node->die(Death::kPower);
  scene.run(minutes(10));
  for (NodeHost* node : nodes) node->start();
  EXPECT_TRUE(scene.until([&] { return are_one_network(nodes); }, seconds(10))) << "all may be dialed at once";
  EXPECT_TRUE(scene.until([&] { return agree(nodes); }, minutes(1)));
}

TEST_F(Churn, OneWhoWasAwayAloneFindsTheOthersByThoseItKnew) {
  nodes[0]->die(Death::kPower);
  scene.run(minutes(30));
  nodes[0]->start();
  EXPECT_TRUE(scene.until([&] { return are_one_network(nodes) && agree(nodes); }, seconds(30)));
}

}  // namespace
}  // namespace suara::sim
