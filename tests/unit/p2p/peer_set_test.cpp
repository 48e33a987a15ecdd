#include "peer-node/p2p/peer_set.hpp"

#include <gtest/gtest.h>

namespace suara::p2p {
namespace {

struct DuplicateRule : ::testing::Test {
  SeededRng rng{1};
  PrivateKey a = PrivateKey::from_seed("a");
  PrivateKey b = PrivateKey::from_seed("b");

  Peer connection(std::uint64_t id, Role role, const PrivateKey& own, const PrivateKey& other) {
    Handshake handshake(role, NetworkId{}, own, rng);
    Handshake theirs(role == Role::kDialer ? Role::kAcceptor : Role::kDialer, NetworkId{}, other, rng);
    EXPECT_TRUE(handshake.take(theirs.hello()));
    return Peer(ConnectionId{id}, std::move(handshake), "there", "192.0.2.1", Instant{});
  }
};

TEST_F(DuplicateRule, BothEndsCloseTheSameOfTwoThatCrossed) {
  // Connection 1 was dialed by a, connection 2 by b; whichever became ready first at either end.
  const Peer a1 = connection(1, Role::kDialer, a, b);
  const Peer a2 = connection(2, Role::kAcceptor, a, b);
  const Peer b1 = connection(1, Role::kAcceptor, b, a);
  const Peer b2 = connection(2, Role::kDialer, b, a);
  const auto closed_by = [](const PrivateKey& self, const Peer& older, const Peer& newer) {
    return (newer_is_duplicate(self.public_key(), older, newer) ? newer : older).connection.value;
  };
  const auto closed = closed_by(a, a1, a2);
  EXPECT_EQ(closed_by(a, a2, a1), closed);
  EXPECT_EQ(closed_by(b, b1, b2), closed);
  EXPECT_EQ(closed_by(b, b2, b1), closed);
}

TEST_F(DuplicateRule, DialedTwiceByUsTheOlderStaysDialedTwiceByThemTheNewer) {
  const Peer out1 = connection(1, Role::kDialer, a, b);
  const Peer out2 = connection(2, Role::kDialer, a, b);
  EXPECT_TRUE(newer_is_duplicate(a.public_key(), out1, out2));
  const Peer in1 = connection(3, Role::kAcceptor, b, a);
  const Peer in2 = connection(4, Role::kAcceptor, b, a);
  EXPECT_FALSE(newer_is_duplicate(b.public_key(), in1, in2));
}

}  // namespace
}  // namespace suara::p2p
