#include "vote-client/ballot_queue.hpp"

#include <gtest/gtest.h>

#include <set>

namespace suara::voting {
namespace {

using namespace std::chrono_literals;

TEST(BallotQueue, SpreadsBallotsOverNodes) {
  BallotQueue queue(9, 3);
  for (std::size_t node = 0; node < 3; ++node) {
    std::set<std::size_t> taken;
    for (int i = 0; i < 3; ++i) {
      for (const auto ballot : queue.take(node)) taken.insert(ballot);
    }
    EXPECT_EQ(taken, (std::set<std::size_t>{node, node + 3, node + 6}));
  }
}

TEST(BallotQueue, BoundsABatch) {
  BallotQueue queue(100'000, 1);
  EXPECT_EQ(queue.take(0).size(), kMaxBatchBallots);
}

TEST(BallotQueue, EndsWhenEveryBallotIsSettled) {
  BallotQueue queue(2, 1);
  for (int i = 0; i < 2; ++i) {
    const auto batch = queue.take(0);
    ASSERT_EQ(batch.size(), 1U);
    EXPECT_FALSE(queue.wait(0ms).finished);
    if (batch.front() == 0) {
      queue.accept(0);
    } else {
      queue.refuse({1, "already_voted", ""});
    }
  }
  const auto standing = queue.wait(0ms);
  EXPECT_TRUE(standing.finished);
  EXPECT_EQ(standing.settled, 2U);
  EXPECT_EQ(standing.refused, 1U);
  EXPECT_TRUE(queue.take(0).empty());
  const auto tally = queue.finish();
  EXPECT_EQ(tally.accepted, 1U);
  ASSERT_EQ(tally.refused.size(), 1U);
  EXPECT_EQ(tally.refused.front().code, "already_voted");
}

TEST(BallotQueue, GivesWhatOneNodeCouldNotTakeToAnother) {
  BallotQueue queue(2, 2);
  ASSERT_EQ(queue.take(0), std::vector<std::size_t>{0});
  queue.put_back(1, {0, "unreachable", ""});
  ASSERT_EQ(queue.take(1), std::vector<std::size_t>{1});
  EXPECT_EQ(queue.take(1), std::vector<std::size_t>{0});
}

TEST(BallotQueue, EndsWithWhatASenderThrew) {
  BallotQueue queue(2, 1);
  queue.fail(std::make_exception_ptr(std::runtime_error("no key")));
  EXPECT_TRUE(queue.wait(0ms).finished);
  EXPECT_TRUE(queue.take(0).empty());
  EXPECT_THROW(queue.finish(), std::runtime_error);
}

TEST(BallotQueue, ListsRefusalsInTheFilesOrder) {
  BallotQueue queue(3, 1);
  for (const std::size_t ballot : {2U, 0U, 1U}) queue.refuse({ballot, "busy", ""});
  const auto tally = queue.finish();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(tally.refused[i].ballot, i);
}

}  // namespace
}  // namespace suara::voting
