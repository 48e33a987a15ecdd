#include "peer-node/sync/block_download.hpp"

#include <gtest/gtest.h>

namespace suara::sync {
namespace {

constexpr ConnectionId kAnna{1};
constexpr ConnectionId kBert{2};
constexpr ConnectionId kOurs{3};  // whom we dialed

chain::BlockId id(std::uint64_t height) { return chain::BlockId(sha256(as_bytes(std::to_string(height)))); }

std::vector<BlockDownload::Wanted> blocks(std::uint64_t first, std::uint64_t last) {
  std::vector<BlockDownload::Wanted> list;
  for (std::uint64_t height = first; height <= last; ++height) list.push_back({id(height), height});
  return list;
}

struct BlockDownloadTest : ::testing::Test {
  /// Anna is asked for the blocks 1 and 4, Bert for 2, which he has sent, and ours for 3.
  void ask_anna_and_others() {
    download.add_peer(kAnna, 10);
    download.add_peer(kBert, 10);
    download.add_peer(kOurs, 10, true);
    download.want(blocks(1, 4), false);
    ASSERT_EQ(download.assign(now).at(kAnna), (std::vector{id(1), id(4)})) << "evenly, at first";
    download.received(kBert, id(2), now);
  }

  Instant now = Instant{} + std::chrono::hours(1);
  BlockDownload download;
};

TEST_F(BlockDownloadTest, SpreadsTheLowestOverPeersSixteenEach) {
  download.add_peer(kAnna, 100);
  download.add_peer(kBert, 100);
  download.want(blocks(1, 100), false);
  const auto requests = download.assign(now);
  EXPECT_EQ(requests.at(kAnna).size(), kMaxBlocksInFlight);
  EXPECT_EQ(requests.at(kBert).size(), kMaxBlocksInFlight);
  EXPECT_EQ(requests.at(kAnna).front(), id(1));
  EXPECT_EQ(requests.at(kBert).front(), id(2));
  EXPECT_TRUE(download.assign(now).empty());
  for (std::uint64_t height = 1; height <= kMaxBlocksInFlight; height += 2) {
    EXPECT_TRUE(download.assign(now).empty()) << "more than half of its slots are taken";
    download.received(kAnna, id(height), now);
  }
  EXPECT_TRUE(download.assign(now).contains(kAnna)) << "the next message asks for several";
}

TEST_F(BlockDownloadTest, AsksOnlyThoseWhoAreHighEnough) {
  download.add_peer(kAnna, 1);
  download.want(blocks(1, 3), false);
  EXPECT_EQ(download.assign(now).at(kAnna), std::vector{id(1)});
  download.raise_height(kAnna, 3);
  EXPECT_EQ(download.assign(now).at(kAnna), (std::vector{id(2), id(3)}));
}

TEST_F(BlockDownloadTest, TheWindowIsExtendedOnceHalfOfItHasCome) {
  download.add_peer(kAnna, 2 * kDownloadWindow);
  download.want(blocks(1, kDownloadWindow), true);
  std::uint64_t next = 1;
  for (; !download.wants_more(); ++next) {
    ASSERT_LE(next, kDownloadWindow);
    download.assign(now);
    download.received(kAnna, id(next), now);
  }
  EXPECT_LT(download.wanted(), kDownloadWindow / 2);
  EXPECT_EQ(download.wanted_up_to(), kDownloadWindow);
  download.want_more(blocks(kDownloadWindow + 1, kDownloadWindow + 2), false);
  EXPECT_FALSE(download.wants_more()) << "there are no others";
  for (; next <= kDownloadWindow + 2; ++next) {
    download.assign(now);
    EXPECT_GT(download.in_flight(), 0U);
    download.received(kAnna, id(next), now);
  }
  EXPECT_EQ(download.wanted(), 0U);
}

TEST_F(BlockDownloadTest, StallingPeerLosesItsSlotsAfterTwoSeconds) {
  download.add_peer(kAnna, 10);
  download.want(blocks(1, 4), false);
  ASSERT_EQ(download.assign(now).at(kAnna).size(), 4U);
  download.add_peer(kBert, 10);
  EXPECT_EQ(download.deadline(now), now + kFirstStall);
  EXPECT_TRUE(download.stalled(now + kFirstStall - std::chrono::microseconds(1)).empty());
  EXPECT_TRUE(download.assign(now + kFirstStall - std::chrono::microseconds(1)).empty());
  EXPECT_TRUE(download.stalled(now + kFirstStall).empty());
  const auto requests = download.assign(now + kFirstStall);
  EXPECT_EQ(requests.at(kBert).size(), 4U);
  EXPECT_FALSE(requests.contains(kAnna)) << "it pauses";
}

TEST_F(BlockDownloadTest, TheOnlyPeerKeepsItsSlotsForAMinute) {
  download.add_peer(kAnna, 10);
  download.want(blocks(1, 4), false);
  (void)download.assign(now);
  EXPECT_TRUE(download.stalled(now + kLastStall - std::chrono::microseconds(1)).empty());
  EXPECT_EQ(download.in_flight(), 4U);
  EXPECT_EQ(download.stalled(now + kLastStall), std::vector{kAnna});
}

TEST_F(BlockDownloadTest, DeliveryOfALostSlotStillCounts) {
  download.add_peer(kAnna, 10);
  download.add_peer(kBert, 0);
  download.want(blocks(1, 1), false);
  (void)download.assign(now);
  download.raise_height(kBert, 10);
  (void)download.stalled(now + kFirstStall);
  ASSERT_EQ(download.assign(now + kFirstStall).at(kBert).size(), 1U);
  download.received(kAnna, id(1), now + kFirstStall);
  EXPECT_EQ(download.in_flight(), 0U);
  EXPECT_TRUE(download.assign(now + kFirstStall).empty());
}

TEST_F(BlockDownloadTest, WhatOneLacksIsAskedOfAnother) {
  download.add_peer(kAnna, 10);
  download.want(blocks(1, 1), false);
  (void)download.assign(now);
  download.not_found(kAnna, id(1), now);
  EXPECT_TRUE(download.assign(now).empty());
  download.add_peer(kBert, 10);
  EXPECT_EQ(download.assign(now).at(kBert), std::vector{id(1)});
}

TEST_F(BlockDownloadTest, WhatOneDidNotHaveItIsAskedForAgainLater) {
  download.add_peer(kAnna, 10);
  download.want(blocks(1, 1), false);
  (void)download.assign(now);
  download.not_found(kAnna, id(1), now);
  EXPECT_EQ(download.deadline(now), now + kNotFoundRetry);
  now += kNotFoundRetry;
  EXPECT_EQ(download.assign(now).at(kAnna), std::vector{id(1)});
}

TEST_F(BlockDownloadTest, WhatOneWithheldIsAskedOfThoseWeDialed) {
  ask_anna_and_others();
  download.received(kOurs, id(3), now);
  now += kFirstStall;
  EXPECT_TRUE(download.stalled(now).empty());
  const auto requests = download.assign(now);
  EXPECT_EQ(requests.at(kOurs), (std::vector{id(1), id(4)}));
  EXPECT_FALSE(requests.contains(kBert));
}

// Else many could hold a block up by leaving one after the other before two seconds have passed.
TEST_F(BlockDownloadTest, WhatOneWasToSendWhoLeftIsAskedOfThoseWeDialed) {
  ask_anna_and_others();
  download.remove_peer(kAnna);
  const auto requests = download.assign(now);
  EXPECT_EQ(requests.at(kOurs), (std::vector{id(1), id(4)})) << "though it has one to send, and Bert none";
  EXPECT_FALSE(requests.contains(kBert));
}

// Each could say so just before it counts as stalled.
TEST_F(BlockDownloadTest, WhatOneSaysItDoesNotHaveIsAskedOfThoseWeDialed) {
  ask_anna_and_others();
  download.not_found(kAnna, id(1), now);
  const auto requests = download.assign(now);
  EXPECT_EQ(requests.at(kOurs), std::vector{id(1)}) << "though it has one to send, and Bert none";
  EXPECT_FALSE(requests.contains(kBert));
}

TEST_F(BlockDownloadTest, BlocksThatNobodyWantsAreNoProgress) {
  download.add_peer(kAnna, 10);
  download.add_peer(kBert, 10);
  download.want(blocks(1, 1), false);
  ASSERT_TRUE(download.assign(now).contains(kAnna));
  download.received(kAnna, id(99), now + kFirstStall - std::chrono::milliseconds(1));
  now += kFirstStall;
  EXPECT_TRUE(download.stalled(now).empty());
  EXPECT_EQ(download.assign(now).at(kBert), std::vector{id(1)});
}

TEST_F(BlockDownloadTest, NothingIsLeftWhenAllHaveGone) {
  download.add_peer(kAnna, 100);
  download.add_peer(kBert, 100);
  download.want(blocks(1, 40), false);
  (void)download.assign(now);
  download.remove_peer(kAnna);
  download.remove_peer(kBert);
  EXPECT_EQ(download.in_flight(), 0U);
  EXPECT_EQ(download.peers(), 0U);
  EXPECT_EQ(download.deadline(now), std::nullopt);
  download.add_peer(kAnna, 100);
  EXPECT_EQ(download.assign(now).at(kAnna).size(), kMaxBlocksInFlight) << "what is wanted stays wanted";
}

TEST_F(BlockDownloadTest, ShrinkingWishesFreeTheSlots) {
  download.add_peer(kAnna, 100);
  download.want(blocks(1, 40), false);
  (void)download.assign(now);
  download.want(blocks(50, 60), false);
  EXPECT_EQ(download.in_flight(), 0U);
  EXPECT_EQ(download.assign(now).at(kAnna).front(), id(50));
}

}  // namespace
}  // namespace suara::sync
