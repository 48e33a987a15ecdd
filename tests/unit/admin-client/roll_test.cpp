#include "admin-client/roll.hpp"

#include "peer-node/ledger/limits.hpp"

#include <gtest/gtest.h>

namespace suara::admin {
namespace {

ledger::Enrolment voter(const std::string& name, const std::string& key) {
  return {name, PrivateKey::from_seed(key).public_key()};
}

TEST(RollPlan, SkipsWhoIsEnrolledAlready) {
  const auto plan = plan_roll({}, {{2, voter("ann", "a")}, {3, voter("ben", "b")}}, {voter("ann", "a")});
  EXPECT_EQ(plan.enrolled, 1U);
  ASSERT_EQ(plan.parts.size(), 1U);
  EXPECT_EQ(plan.parts[0].voters, std::vector{voter("ben", "b")});
  EXPECT_TRUE(plan_roll({}, {{2, voter("ann", "a")}}, {voter("ann", "a")}).parts.empty());
}

TEST(RollPlan, NamesWhoseNameOrKeySomebodyElseHas) {
  const auto plan = plan_roll({}, {{2, voter("ann", "x")}, {3, voter("bea", "b")}, {4, voter("cay", "c")}},
                              {voter("ann", "a"), voter("ben", "b")});
  EXPECT_EQ(plan.conflicts, (std::vector<std::string>{"line 2: \"ann\" is on the roll with another key",
                                                      "line 3: the key of \"bea\" is on the roll as \"ben\""}));
}

TEST(RollPlan, PutsAThousandIntoEachTransactionAtMost) {
  std::vector<RollRow> rows;
  const PublicKey key = PrivateKey::from_seed("a").public_key();
  for (std::size_t i = 0; i < 2 * ledger::kMaxEnrolments + 1; ++i) {
    rows.push_back({i + 2, {"voter " + std::to_string(i), key}});
    rows.back().voter.key.bytes[0] = static_cast<std::uint8_t>(i >> 8);
    rows.back().voter.key.bytes[1] = static_cast<std::uint8_t>(i);
  }
  const auto plan = plan_roll({}, rows, {});
  ASSERT_EQ(plan.parts.size(), 3U);
  EXPECT_EQ(plan.parts[0].voters.size(), ledger::kMaxEnrolments);
  EXPECT_EQ(plan.parts[2].voters, std::vector{rows.back().voter});
}

}  // namespace
}  // namespace suara::admin
