#include "peer-node/shell/submissions.hpp"

#include "peer-node/chain/rule_error.hpp"

#include <gtest/gtest.h>

namespace suara::node_shell {
namespace {

ledger::TransactionId id_of(std::uint8_t n) {
  ledger::TransactionId id;
  id.bytes[0] = n;
  return id;
}

TEST(Submissions, GatherABatchInItsOwnOrder) {
  Submissions submissions;
  std::vector<Result<ledger::TransactionId>> gathered;
  const auto ids = submissions.expect_all(3, [&](const auto& results) { gathered = results; });
  submissions.settle({ids[2], id_of(3)});
  submissions.settle({ids[0], id_of(1)});
  EXPECT_TRUE(gathered.empty());
  submissions.settle({ids[1], Error(chain::RuleError::kAlreadyVoted)});
  ASSERT_EQ(gathered.size(), 3U);
  EXPECT_EQ(*gathered[0], id_of(1));
  EXPECT_TRUE(gathered[1].error() == chain::RuleError::kAlreadyVoted);
  EXPECT_EQ(*gathered[2], id_of(3));
}

TEST(Submissions, AnswerOnceAndIgnoreWhatNobodyAwaits) {
  Submissions submissions;
  int answers = 0;
  const auto id = submissions.expect([&](const auto&) { ++answers; });
  submissions.settle({id, id_of(1)});
  submissions.settle({id, id_of(1)});
  submissions.settle({node::RequestId{99}, id_of(1)});
  EXPECT_EQ(answers, 1);
}

TEST(Submissions, AreBounded) {
  Submissions submissions;
  EXPECT_TRUE(submissions.room_for(kMaxSubmissionsInFlight));
  EXPECT_FALSE(submissions.room_for(kMaxSubmissionsInFlight + 1));
  submissions.expect([](const auto&) {});
  EXPECT_FALSE(submissions.room_for(kMaxSubmissionsInFlight));
}

}  // namespace
}  // namespace suara::node_shell
