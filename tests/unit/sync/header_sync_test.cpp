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
  EXPECT_TRUE(headers.answered(kAnna, {std::nullopt, 100}, now));
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

TEST_F(HeaderSyncTest, WhoIsAskedAheadIsStillAskedWhenItsAnswerHasBeenLookedAt) {
  headers.add_peer(kAnna, 200);
  headers.add_peer(kBert, 150);
  ASSERT_EQ(asked(now), kAnna);
  const Instant answered = now + std::chrono::seconds(1);
  headers.ask_ahead(kAnna, answered);
  EXPECT_TRUE(headers.answered(kAnna, {id(1), 120, true, true}, answered));
  EXPECT_TRUE(headers.asked(kAnna));
  EXPECT_EQ(asked(answered), std::nullopt);
  EXPECT_EQ(headers.silent(answered + kHeadersTimeout), std::vector{kAnna});
  EXPECT_TRUE(headers.answered(kAnna, {id(2), 200, false, true}, answered));
  EXPECT_FALSE(headers.asked(kAnna));
}

TEST_F(HeaderSyncTest, AQuestionAskedAheadOfHeadersThatWereNotTakenIsVoid) {
  headers.add_peer(kAnna, 200);
  headers.add_peer(kBert, 150);
  ASSERT_EQ(asked(now), kAnna);
  headers.ask_ahead(kAnna, now);
  EXPECT_TRUE(headers.answered(kAnna, {std::nullopt, 100}, now));
  headers.postpone(kAnna, now);
  EXPECT_EQ(asked(now), kBert) << "at once";
  EXPECT_FALSE(headers.passes_over(kBert));
  EXPECT_TRUE(headers.passes_over(kAnna));
  EXPECT_FALSE(headers.passes_over(kAnna)) << "the next answers another question";
}

TEST_F(HeaderSyncTest, WhoHasJustAnsweredIsNotSilentWhileThatIsLookedAt) {
  headers.add_peer(kAnna, 200);
  ASSERT_EQ(asked(now), kAnna);
  headers.ask_ahead(kAnna, now + kHeadersTimeout);
  EXPECT_TRUE(headers.silent(now + kHeadersTimeout).empty());
}

TEST_F(HeaderSyncTest, ALiarIsFoundOutByItsFirstAnswer) {
  headers.add_peer(kAnna, 150);
  headers.add_peer(kBert, 1'000'000);
  ASSERT_EQ(asked(now), kBert);
  EXPECT_EQ(headers.most_work(now), 1'000'000);
  EXPECT_TRUE(headers.answered(kBert, {std::nullopt, ours}, now));
  EXPECT_EQ(headers.most_work(now), 150);
  EXPECT_EQ(asked(now), kAnna);
}

TEST_F(HeaderSyncTest, FullAnswerIsFollowedUpFromItsLastHeader) {
  headers.add_peer(kAnna, 500);
  ASSERT_EQ(asked(now), kAnna);
  EXPECT_TRUE(headers.answered(kAnna, {id(2000), 90, true, true}, now));
  const auto ask = headers.next(ours, now);
  ASSERT_TRUE(ask.has_value());
  EXPECT_EQ(ask->after, id(2000));
  EXPECT_TRUE(headers.answered(kAnna, {id(2500), 500, false, true}, now));
  EXPECT_FALSE(headers.next(500, now).has_value());
}

TEST_F(HeaderSyncTest, TheSameHeadersAgainAreNotFollowedUp) {
  headers.add_peer(kAnna, 1'000'000);
  headers.add_peer(kBert, 500);
  ASSERT_EQ(asked(now), kAnna);
  EXPECT_TRUE(headers.answered(kAnna, {id(2000), 90, true, false}, now));
  // Whoever brings nothing new waits behind the others.
  ASSERT_EQ(asked(now), kBert);
  EXPECT_TRUE(headers.answered(kBert, {id(7), 110, true, true}, now));
  ASSERT_EQ(asked(now), kBert);
  EXPECT_TRUE(headers.answered(kBert, {id(8), 500, false, true}, now));
  ASSERT_EQ(headers.next(500, now).value_or(HeaderSync::Ask{}).peer, kAnna);
  EXPECT_TRUE(headers.answered(kAnna, {id(2000), 90, true, false}, now));
  EXPECT_FALSE(headers.next(500, now).has_value());
  EXPECT_EQ(headers.most_work(now), 500);
}

TEST_F(HeaderSyncTest, SlowAnnouncersOfNothingDoNotCrowdOutTheOthers) {
  constexpr ConnectionId kCleo{3};
  for (const ConnectionId peer : {kAnna, kBert, kCleo}) headers.add_peer(peer, 90);
  headers.announced(kAnna, id(1));
  headers.announced(kBert, id(2));
  ASSERT_EQ(asked(now), kAnna);
  headers.announced(kCleo, id(3));
  EXPECT_TRUE(headers.answered(kAnna, {std::nullopt, ours}, now));
  ASSERT_EQ(asked(now), kBert);
  headers.announced(kAnna, id(4));
  EXPECT_TRUE(headers.answered(kBert, {std::nullopt, ours}, now));
  EXPECT_EQ(asked(now), kCleo);
}

TEST_F(HeaderSyncTest, SilentPeersThatComeAgainDoNotCrowdOutWhoHasWaitedLonger) {
  constexpr ConnectionId kHonest{100};
  headers.add_peer(kAnna, 500);
  headers.add_peer(kHonest, 150);
  ASSERT_EQ(asked(now), kAnna);
  headers.add_peer(kBert, 500);  // claims more, but came later
  EXPECT_EQ(asked(now + kHeadersStall), kHonest);
}

TEST_F(HeaderSyncTest, NorDoThoseWhoDialedUsCrowdOutWhomWeDialed) {
  constexpr ConnectionId kOurs{100};
  for (const ConnectionId stranger : {kAnna, kBert}) {
    headers.add_peer(stranger, 500);
    ASSERT_EQ(asked(now), stranger);
    EXPECT_TRUE(headers.answered(stranger, {std::nullopt, ours}, now));
    headers.announced(stranger, id(1));
  }
  headers.add_peer(kOurs, 150, true);
  ASSERT_EQ(asked(now), kOurs);
  EXPECT_TRUE(headers.answered(kOurs, {std::nullopt, ours}, now + std::chrono::seconds(1)));
  ASSERT_EQ(asked(now), kAnna);
  headers.announced(kOurs, id(1));
  EXPECT_EQ(asked(now + kHeadersStall), kOurs);
}

TEST_F(HeaderSyncTest, WhoHasAnsweredBeforeDoesNotWaitForTheSilentToBeTried) {
  constexpr ConnectionId kHonest{100};
  headers.add_peer(kHonest, 150);
  ASSERT_EQ(asked(now), kHonest);
  EXPECT_TRUE(headers.answered(kHonest, {id(1), 90, false, false}, now));  // nothing new, as after another's answer
  for (const ConnectionId liar : {kAnna, kBert}) headers.add_peer(liar, 500);
  ASSERT_EQ(asked(now), kAnna);
  headers.announced(kHonest, id(2));
  EXPECT_EQ(asked(now + kHeadersStall), kHonest);
}

TEST_F(HeaderSyncTest, AClaimThatIsNotShownIsNotBelievedForLong) {
  headers.add_peer(kAnna, 500);
  ASSERT_EQ(asked(now), kAnna);
  EXPECT_EQ(headers.most_work(now + kHeadersStall - std::chrono::microseconds(1)), 500);
  EXPECT_EQ(headers.most_work(now + kHeadersStall), 0);
}

TEST_F(HeaderSyncTest, AnEmptyAnswerDoesNotMakeMoreOfAPeerThanItSaid) {
  headers.add_peer(kAnna, 90);
  headers.announced(kAnna, id(1));
  ASSERT_EQ(asked(now), kAnna);
  EXPECT_TRUE(headers.answered(kAnna, {std::nullopt, ours}, now));
  EXPECT_EQ(headers.most_work(now), 90);
}

TEST_F(HeaderSyncTest, UnaskedAnswersDoNotCount) {
  headers.add_peer(kAnna, 500);
  EXPECT_FALSE(headers.answered(kAnna, {id(1), 1}, now));
  EXPECT_EQ(headers.most_work(now), 500);
}

TEST_F(HeaderSyncTest, PeerFromTheFutureIsAskedAgainLater) {
  headers.add_peer(kAnna, 500);
  ASSERT_EQ(asked(now), kAnna);
  EXPECT_TRUE(headers.answered(kAnna, {std::nullopt, ours}, now));
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
  EXPECT_EQ(headers.most_work(now), 0);
}

}  // namespace
}  // namespace suara::sync
