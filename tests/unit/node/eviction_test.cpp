// Who makes place for a newcomer when all inbound places are taken, as the peers concerned see it.
#include "peer-node/p2p/limits.hpp"
#include "tests/support/block_messages.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

constexpr std::size_t kPlaces = 12;

struct NodeEviction : ::testing::Test {
  NodeNet net;
  NodeNet::Host* host = nullptr;
  std::vector<NodeNet::Script*> peers;

  /// All places taken, one a second, by peers of one network.
  void fill() {
    auto options = net.options(1);
    options.max_inbound = kPlaces;
    host = &net.start(options);
    for (std::size_t i = 0; i < kPlaces; ++i) {
      peers.push_back(&net.befriend(*host, "peer " + std::to_string(i), 0, 0, std::nullopt, "8.8.1.1"));
      net.run(std::chrono::seconds(1));
    }
  }
  NodeNet::Script& newcomer(const std::string& seed) {
    return net.introduce(*host, seed, 0, 0, std::nullopt, "8.8.1.1");
  }
  void settle() { net.run(std::chrono::milliseconds(10)); }
};

TEST_F(NodeEviction, TheYoungestMakesPlaceAndIsToldWhy) {
  fill();
  auto& last = newcomer("newcomer");
  settle();
  EXPECT_EQ(host->node->peers().size(), kPlaces);
  EXPECT_FALSE(last.closed);
  EXPECT_TRUE(peers.back()->closed);
  EXPECT_TRUE(peers.back()->received("\"bye\"") && peers.back()->received("this one is for another peer"));
  EXPECT_FALSE(peers.back()->received("\"error\""));
  for (std::size_t i = 0; i + 1 < peers.size(); ++i) EXPECT_FALSE(peers[i]->closed) << i;
}

TEST_F(NodeEviction, NotWithoutAPause) {
  fill();
  newcomer("newcomer");
  settle();
  auto& next = newcomer("next");
  settle();
  EXPECT_TRUE(next.closed && next.received("no room for another peer"));
  net.run(p2p::kEvictionInterval);
  auto& later = newcomer("later");
  settle();
  EXPECT_FALSE(later.closed);
  EXPECT_EQ(host->node->peers().size(), kPlaces);
}

TEST_F(NodeEviction, WhoBroughtABlockOrATransactionStays) {
  fill();
  // The two youngest are of use.
  const auto blocks = mine_chain(chain::genesis_block(net.spec).header, 1);
  auto& miner = *peers[kPlaces - 1];
  net.say(miner, wire::peer::Announce{{chain::block_id(blocks[0].header)}, {}});
  ASSERT_TRUE(net.until([&] { return miner.received("get_headers"); }));
  net.say(miner, headers_of(blocks));
  ASSERT_TRUE(net.until([&] { return miner.received("get_blocks"); }));
  net.say(miner, wire::peer::BlockBody{chain::encode(blocks[0])});
  ASSERT_TRUE(net.until([&] { return host->height() == 1; }));

  auto& relay = *peers[kPlaces - 2];
  const auto transaction = record(net.spec, voter_key(1), 1);
  net.say(relay, wire::peer::Announce{{}, {ledger::transaction_id(transaction)}});
  ASSERT_TRUE(net.until([&] { return relay.received("get_transactions"); }));
  net.say(relay, wire::peer::Transactions{{ledger::encode(transaction)}});
  ASSERT_TRUE(net.until([&] { return host->node->mempool()->size() == 1; }));

  newcomer("newcomer");
  settle();
  EXPECT_FALSE(miner.closed);
  EXPECT_FALSE(relay.closed);
  EXPECT_TRUE(peers[kPlaces - 3]->closed);
}

TEST_F(NodeEviction, TheNearestStaysAndItsPingIsShown) {
  fill();
  // Only the youngest has answered its ping.
  const auto ping =
      std::ranges::find_if(peers.back()->lines, [](const auto& l) { return l.find("\"ping\"") != std::string::npos; });
  ASSERT_NE(ping, peers.back()->lines.end());
  net.say(*peers.back(), wire::peer::Pong{std::get<wire::peer::Ping>(*wire::peer::decode(*ping)).nonce});
  settle();
  const auto shown = host->node->peers();
  EXPECT_EQ(std::ranges::count_if(shown, [](const auto& peer) { return peer.ping.has_value(); }), 1);
  newcomer("newcomer");
  settle();
  EXPECT_FALSE(peers.back()->closed);
  EXPECT_TRUE(peers[kPlaces - 2]->closed);
}

TEST_F(NodeEviction, TheOnlyOneOfItsNetworkStays) {
  fill();
  net.hang_up(*peers.back());
  settle();
  auto& lonely = net.befriend(*host, "lonely", 0, 0, std::nullopt, "9.9.1.1");
  newcomer("newcomer");
  settle();
  EXPECT_FALSE(lonely.closed);
  EXPECT_TRUE(peers[kPlaces - 2]->closed);
}

}  // namespace
}  // namespace suara::testing
