#include "peer-node/sync/compact_requests.hpp"

#include <gtest/gtest.h>

namespace suara::sync {
namespace {

constexpr ConnectionId kAnna{1};
constexpr ConnectionId kBert{2};
constexpr ConnectionId kOld{3};   // does not know get_compact
constexpr ConnectionId kOurs{4};  // we dialed it

chain::BlockId id(std::uint64_t height) { return chain::BlockId(sha256(as_bytes(std::to_string(height)))); }

struct CompactRequestsTest : ::testing::Test {
  using Announcements = std::vector<CompactRequests::Announcement>;

  CompactRequestsTest() {
    requests.add_peer(kAnna, {.answers = true});
    requests.add_peer(kBert, {.answers = true});
    requests.add_peer(kOld, {});
    requests.add_peer(kOurs, {.answers = true, .dialed = true});
  }
  [[nodiscard]] bool announced(ConnectionId peer, std::uint64_t height) {
    return requests.announced(peer, id(height), now);
  }

  Instant now = Instant{} + std::chrono::hours(1);
  CompactRequests requests;
};

TEST_F(CompactRequestsTest, OneOfTheAnnouncersIsAsked) {
  EXPECT_TRUE(announced(kAnna, 1));
  EXPECT_TRUE(announced(kBert, 1));
  EXPECT_EQ(requests.due(now), (Announcements{{kAnna, id(1)}}));
  EXPECT_TRUE(requests.due(now).empty());
  EXPECT_FALSE(requests.answered(kBert, id(1))) << "it was not asked";
  EXPECT_TRUE(requests.answered(kAnna, id(1)));
  EXPECT_FALSE(requests.answered(kAnna, id(1))) << "once";
  EXPECT_EQ(requests.deadline(), std::nullopt) << "what is left is ours to do";
  EXPECT_EQ(requests.settled(id(1)), (std::vector{kAnna, kBert}));
  EXPECT_FALSE(requests.contains(id(1)));
}

TEST_F(CompactRequestsTest, WhoDoesNotAnswerHasItsTurnPassAndIsLeftAloneForAMinute) {
  EXPECT_TRUE(announced(kAnna, 1));
  EXPECT_TRUE(announced(kBert, 1));
  requests.due(now);
  ASSERT_EQ(requests.deadline(), now + kCompactTimeout);
  now += kCompactTimeout;
  EXPECT_EQ(requests.due(now), (Announcements{{kBert, id(1)}}));
  EXPECT_FALSE(requests.answered(kAnna, id(1))) << "too late";
  EXPECT_EQ(requests.settled(id(1)), std::vector{kBert});
  EXPECT_FALSE(announced(kAnna, 2));
  now += kCompactPause;
  EXPECT_TRUE(announced(kAnna, 2));
}

TEST_F(CompactRequestsTest, AfterSomebodyWasAskedInVainThoseWeDialedGoFirst) {
  EXPECT_TRUE(announced(kAnna, 1));
  EXPECT_TRUE(announced(kBert, 1));
  EXPECT_TRUE(announced(kOurs, 1));
  EXPECT_EQ(requests.due(now), (Announcements{{kAnna, id(1)}})) << "who is first is asked first";
  requests.failed(kAnna, id(1));
  EXPECT_EQ(requests.due(now), (Announcements{{kOurs, id(1)}}));
  EXPECT_TRUE(requests.due(now).empty()) << "one whom we dialed at a time, and nobody else beside it";
}

TEST_F(CompactRequestsTest, AndWaitForNobodyWhomWeDidNotDial) {
  EXPECT_TRUE(announced(kAnna, 1));
  EXPECT_TRUE(announced(kBert, 1));
  requests.due(now);
  EXPECT_TRUE(announced(kOurs, 1));
  EXPECT_TRUE(requests.due(now).empty()) << "nobody was asked in vain yet";
  requests.remove_peer(kOurs);
  now += kCompactTimeout;
  EXPECT_EQ(requests.due(now), (Announcements{{kBert, id(1)}}));
  requests.add_peer(kOurs, {.answers = true, .dialed = true});
  EXPECT_TRUE(announced(kOurs, 1));
  EXPECT_EQ(requests.due(now), (Announcements{{kOurs, id(1)}}));
  EXPECT_TRUE(requests.answered(kBert, id(1)));
  EXPECT_TRUE(requests.answered(kOurs, id(1))) << "either may show it";
  EXPECT_EQ(requests.settled(id(1)), (std::vector{kBert, kOurs}));
}

TEST_F(CompactRequestsTest, NorAreOthersTriedForLongWhereOneWeDialedCanShowTheHeader) {
  requests.add_peer(kOurs, {.answers = false, .dialed = true});
  EXPECT_TRUE(announced(kAnna, 1));
  EXPECT_TRUE(announced(kBert, 1));
  EXPECT_TRUE(announced(kOurs, 1));
  EXPECT_EQ(requests.due(now), (Announcements{{kAnna, id(1)}}));
  now += kCompactTimeout;
  EXPECT_TRUE(requests.due(now).empty());
  EXPECT_EQ(requests.take_given_up(), (Announcements{{kBert, id(1)}, {kOurs, id(1)}, {kAnna, id(1)}}));
}

TEST_F(CompactRequestsTest, WhatNobodyAnswersIsGivenUpWithAllWhoAnnouncedIt) {
  EXPECT_TRUE(announced(kAnna, 1));
  EXPECT_TRUE(announced(kOld, 1)) << "waits for the others";
  EXPECT_TRUE(announced(kBert, 1));
  requests.due(now);
  requests.failed(kAnna, id(1));
  EXPECT_EQ(requests.due(now), (Announcements{{kBert, id(1)}}));
  now += kCompactTimeout;
  EXPECT_TRUE(requests.due(now).empty());
  EXPECT_EQ(requests.take_given_up(), (Announcements{{kOld, id(1)}, {kAnna, id(1)}, {kBert, id(1)}}));
  EXPECT_TRUE(requests.take_given_up().empty());
  EXPECT_FALSE(requests.contains(id(1)));
}

TEST_F(CompactRequestsTest, WhoDoesNotKnowTheQuestionIsNotAsked) {
  EXPECT_FALSE(announced(kOld, 1));
  EXPECT_FALSE(requests.announced(ConnectionId{9}, id(1), now));
}

TEST_F(CompactRequestsTest, OnePeersAnnouncementsAreBounded) {
  for (std::uint64_t height = 1; height <= kMaxCompactPerPeer; ++height) EXPECT_TRUE(announced(kAnna, height));
  EXPECT_FALSE(announced(kAnna, 99));
  EXPECT_TRUE(announced(kBert, 99)) << "others are not held up by it";
  requests.give_up(id(1));
  EXPECT_TRUE(announced(kAnna, 99));
}

TEST_F(CompactRequestsTest, OthersAreAskedWhenAPeerLeavesAndNothingIsLeftOfThoseWhoDid) {
  EXPECT_TRUE(announced(kAnna, 1));
  EXPECT_TRUE(announced(kBert, 1));
  EXPECT_TRUE(announced(kAnna, 2));
  requests.due(now);
  requests.remove_peer(kAnna);
  EXPECT_FALSE(requests.contains(id(2)));
  EXPECT_EQ(requests.due(now), (Announcements{{kBert, id(1)}}));
  for (const ConnectionId peer : {kBert, kOld, kOurs}) requests.remove_peer(peer);
  EXPECT_EQ(requests.peers(), 0U);
  EXPECT_FALSE(requests.contains(id(1)));
  EXPECT_EQ(requests.deadline(), std::nullopt);
}

TEST_F(CompactRequestsTest, WhatIsKnownByNowIsNotAskedForAndTellsWhoHasIt) {
  EXPECT_TRUE(announced(kAnna, 1));
  EXPECT_TRUE(announced(kBert, 2));
  const auto known = requests.take_known([](const chain::BlockId& block) { return block == id(2); });
  EXPECT_EQ(known, (Announcements{{kBert, id(2)}}));
  EXPECT_EQ(requests.due(now), (Announcements{{kAnna, id(1)}}));
}

}  // namespace
}  // namespace suara::sync
