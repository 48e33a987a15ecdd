#include "peer-node/sync/header_sync.hpp"

#include <gtest/gtest.h>

namespace suara::sync {
namespace {

constexpr ConnectionId kAnna{1};
constexpr ConnectionId kBert{2};

chain::BlockId id(int number) { return chain::BlockId(sha256(as_bytes(std::to_string(number)))); }

struct HeaderSyncTest : ::testing::Test {
  Instant now = Instant{} + std::chrono::hours(1);
  HeaderSync headers;
  const chain::Uint256 ours = 100;

  std::optional<ConnectionId> asked(Instant when) {
    const auto ask = headers.next(ours, when);
    return ask ? std::optional(ask->peer) : std::nullopt;
  }
};

TEST_F(HeaderSyncTest, AsksTheOneWithTheMostWorkAndNobodyElseMeanwhile) {
  headers.add_peer(kAnna, 150);
  headers.add_peer(kBert, 200);
  EXPECT_EQ(asked(now), kBert);
  EXPECT_EQ(asked(now), std::nullopt);
}

TEST_F(HeaderSyncTest, WhoHasLessWorkIsNotAsked) {
  headers.add_peer(kAnna, 99);
  EXPECT_EQ(asked(now), std::nullopt);
  headers.announced(kAnna, id(7));
  EXPECT_EQ(asked(now), kAnna);
}

TEST_F(HeaderSyncTest, WhoHasAsMuchWorkIsAskedOnceForItMayBeAnotherChain) {
  headers.add_peer(kAnna, 100);
  EXPECT_EQ(asked(now), kAnna);
  EXPECT_TRUE(headers.answered(kAnna, std::nullopt, 100, false));
  EXPECT_EQ(asked(now), std::nullopt);
}

TEST_F(HeaderSyncTest, SilentPeerHoldsOthersUpForFiveSecondsAndIsGivenUpAfterThirty) {
  headers.add_peer(kAnna, 150);
  headers.add_peer(kBert, 200);
  ASSERT_EQ(asked(now), kBert);
  EXPECT_EQ(asked(now + kHeadersStall - std::chrono::microseconds(1)), std::nullopt);
  EXPECT_EQ(asked(now + kHeadersStall), kAnna);
  EXPECT_TRUE(headers.silent(now + kHeadersTimeout - std::chrono::microseconds(1)).empty());
  EXPECT_EQ(headers.silent(now + kHeadersTimeout), std::vector{kBert});
}

TEST_F(HeaderSyncTest, ALiarIsFoundOutByItsFirstAnswer) {
  headers.add_peer(kAnna, 150);
  headers.add_peer(kBert, 1'000'000);
  ASSERT_EQ(asked(now), kBert);
  EXPECT_EQ(headers.most_work(), 1'000'000);
  EXPECT_TRUE(headers.answered(kBert, std::nullopt, ours, false));
  EXPECT_EQ(headers.most_work(), 150);
  EXPECT_EQ(asked(now), kAnna);
}

TEST_F(HeaderSyncTest, FullAnswerIsFollowedUpFromItsLastHeader) {
  headers.add_peer(kAnna, 500);
  ASSERT_EQ(asked(now), kAnna);
  EXPECT_TRUE(headers.answered(kAnna, id(2000), 90, true));
  const auto ask = headers.next(ours, now);
  ASSERT_TRUE(ask.has_value());
  EXPECT_EQ(ask->after, id(2000));
  EXPECT_TRUE(headers.answered(kAnna, id(2500), 500, false));
  EXPECT_FALSE(headers.next(500, now).has_value());
}

TEST_F(HeaderSyncTest, UnaskedAnswersDoNotCount) {
  headers.add_peer(kAnna, 500);
  EXPECT_FALSE(headers.answered(kAnna, id(1), 1, false));
  EXPECT_EQ(headers.most_work(), 500);
}

TEST_F(HeaderSyncTest, PeerFromTheFutureIsAskedAgainLater) {
  headers.add_peer(kAnna, 500);
  ASSERT_EQ(asked(now), kAnna);
  EXPECT_TRUE(headers.answered(kAnna, std::nullopt, ours, false));
  headers.postpone(kAnna, now);
  EXPECT_EQ(headers.deadline(now), now + kHeadersRetry);
  EXPECT_EQ(asked(now + kHeadersRetry - std::chrono::microseconds(1)), std::nullopt);
  EXPECT_EQ(asked(now + kHeadersRetry), kAnna);
}

TEST_F(HeaderSyncTest, TellsWhoHasABlockThatBecameKnown) {
  headers.add_peer(kAnna, 100);
  headers.add_peer(kBert, 100);
  headers.announced(kAnna, id(1));
  headers.announced(kBert, id(2));
  const auto known = headers.take_known([](const chain::BlockId& block) { return block == id(2); });
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known[0], std::pair(kBert, id(2)));
  EXPECT_EQ(asked(now), kAnna);
}

TEST_F(HeaderSyncTest, NothingIsLeftOfPeersThatLeft) {
  headers.add_peer(kAnna, 500);
  (void)asked(now);
  headers.remove_peer(kAnna);
  EXPECT_EQ(headers.peers(), 0U);
  EXPECT_EQ(headers.deadline(now), std::nullopt);
  EXPECT_EQ(headers.most_work(), 0);
}

}  // namespace
}  // namespace suara::sync
