// New blocks in compact form on networks that list miners: nothing of them counts until the seal is found to hold.
#include "tests/unit/node/compact_fixture.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeCompactSealed : NodeCompact {
  NodeCompactSealed() : NodeCompact(permissioned_spec()) {}

  [[nodiscard]] wire::peer::Compact compact_by(std::size_t miner) const {
    return compact_of(block, sealed(net.spec, block.header, miner).seal);
  }
  const chain::Block block = mine_block(chain::genesis_block(net.spec).header);
};

TEST_F(NodeCompactSealed, TheSealComesWithTheHeaderAndIsPassedOn) {
  auto& peer = net.befriend(host, "peer");
  auto& other = net.befriend(host, "other");
  announce(peer, block);
  ASSERT_TRUE(got(peer, question(block)));
  const auto compact = compact_by(1);
  say(peer, compact);
  ASSERT_TRUE(other.received(chain::block_id(block.header).hex()));
  say(other, question(block));
  EXPECT_TRUE(got(other, compact));
  EXPECT_EQ(host.height(), 1U);
}

TEST_F(NodeCompactSealed, ANotFoundAfterTheAnswerDoesNotOpenTheQuestionAgain) {
  host.workers_slow = true;
  auto& peer = net.befriend(host, "peer");
  // All at once, as who wants to be asked twice would.
  for (int i = 0; i < 2; ++i) {
    announce(peer, block);
    net.say(peer, compact_by(1));
    say(peer, wire::peer::NotFound{{chain::block_id(block.header)}, {}});
  }
  EXPECT_EQ(std::ranges::count(peer.lines, line(question(block))), 1);
  while (net.verify_next(host)) settle();
  EXPECT_EQ(host.height(), 1U);
}

TEST_F(NodeCompactSealed, AForgedSealEndsTheConnectionAndTheNextIsAsked) {
  auto& liar = net.befriend(host, "liar");
  auto& honest = net.befriend(host, "honest");
  announce(liar, block);
  announce(honest, block);
  ASSERT_TRUE(got(liar, question(block)));
  auto forged = compact_by(1);
  forged.header.back() ^= 1;
  say(liar, forged);
  EXPECT_TRUE(liar.closed);
  EXPECT_TRUE(liar.received("bad_seal"));
  ASSERT_TRUE(got(honest, question(block)));
  say(honest, compact_by(0));
  EXPECT_EQ(host.height(), 1U);
}

}  // namespace
}  // namespace suara::testing
