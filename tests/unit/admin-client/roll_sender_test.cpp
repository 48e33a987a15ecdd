#include "admin-client/roll_sender.hpp"

#include <gtest/gtest.h>

namespace suara::admin {
namespace {

using Verdict = RollSender::Verdict;
using Standing = RollSender::Standing;
using Parts = std::vector<std::size_t>;

TEST(RollSender, IsFinishedWhenBlocksHaveAllParts) {
  RollSender sender(2);
  EXPECT_EQ(sender.to_send(), (Parts{0, 1}));
  EXPECT_EQ(sender.answered(0, ""), Verdict::kGoOn);
  EXPECT_EQ(sender.answered(1, ""), Verdict::kGoOn);
  EXPECT_TRUE(sender.to_send().empty());
  sender.found(0, Standing::kConfirmed);
  EXPECT_EQ(sender.to_ask_after(), (Parts{1}));
  EXPECT_FALSE(sender.finished());
  sender.found(1, Standing::kWaiting);
  sender.found(1, Standing::kConfirmed);
  EXPECT_TRUE(sender.finished());
}

TEST(RollSender, SendsAgainWhatANodeCouldNotTake) {
  for (const char* code : {"too_many_of_author", "mempool_full", "busy", "unreachable", "not_ready", "no_answer"}) {
    RollSender sender(1);
    EXPECT_EQ(sender.answered(0, code), Verdict::kPause) << code;
    EXPECT_EQ(sender.to_send(), (Parts{0})) << code;
  }
}

TEST(RollSender, SendsAgainWhatANodeHasLost) {
  RollSender sender(1);
  EXPECT_EQ(sender.answered(0, ""), Verdict::kGoOn);
  sender.found(0, Standing::kNoAnswer);
  EXPECT_TRUE(sender.to_send().empty()) << "a node that is away has lost nothing yet";
  sender.found(0, Standing::kUnknown);
  EXPECT_EQ(sender.to_send(), (Parts{0}));
}

TEST(RollSender, TakesWhatAnEarlierRunSentForSent) {
  for (const char* code : {"already_waiting", "duplicate_transaction"}) {
    RollSender sender(1);
    EXPECT_EQ(sender.answered(0, code), Verdict::kGoOn) << code;
    EXPECT_EQ(sender.to_ask_after(), (Parts{0})) << code;
  }
}

TEST(RollSender, LooksAgainWhenSomebodyIsEnrolledMeanwhile) {
  RollSender sender(1);
  EXPECT_EQ(sender.answered(0, "voter_exists"), Verdict::kReplan);
}

TEST(RollSender, GivesUpWhenTheRulesForbidIt) {
  for (const char* code : {"election_frozen", "not_an_organiser", "not_a_roll_election", "bad_text"}) {
    RollSender sender(1);
    EXPECT_EQ(sender.answered(0, code), Verdict::kGiveUp) << code;
  }
}

}  // namespace
}  // namespace suara::admin
