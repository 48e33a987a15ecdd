#include "admin-client/refusals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suara::admin {
namespace {

using ::testing::HasSubstr;

TEST(Refusals, SayWhatWouldDo) {
  const wire::ErrorReply not_permitted{"not_permitted", "no"};
  EXPECT_EQ(refusal_text(not_permitted, SignedBy::kNobody), "no");
  EXPECT_THAT(refusal_text(not_permitted, SignedBy::kOwner), HasSubstr("the key in --key"));
  EXPECT_THAT(refusal_text(not_permitted, SignedBy::kAdmin), HasSubstr("the key in --admin-key"));
  EXPECT_EQ(refusal_text({"rate_limited", "too often", 2500}, SignedBy::kNobody), "too often; try again in 3 s");
  EXPECT_EQ(refusal_text({"bad_value", "no"}, SignedBy::kNobody), "no");
}

}  // namespace
}  // namespace suara::admin
