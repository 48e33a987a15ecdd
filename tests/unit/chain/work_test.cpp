#include "peer-node/chain/work.hpp"

#include <gtest/gtest.h>

namespace suara::chain {
namespace {

TEST(Target, OfLeadingZerosIsAPowerOfTwoAndItsWorkExact) {
  for (unsigned zeros = 1; zeros <= 254; ++zeros) {
    const auto target = target_of(bits_of_leading_zeros(zeros));
    ASSERT_TRUE(target.has_value()) << zeros;
    EXPECT_EQ(*target, Uint256(1) << (256 - zeros));
    EXPECT_EQ(work_of_target(*target), Uint256(1) << zeros);
  }
}

TEST(Target, ReadsBitcoinsForms) {
  // Bitcoin's genesis: 0x1d00ffff is 0xffff * 256^26.
  EXPECT_EQ(target_of(0x1d00ffff), Uint256(0xffff) << (8 * 26));
  EXPECT_EQ(work_of_target(*target_of(0x1d00ffff)), Uint256("0x100010001"));
  EXPECT_EQ(target_of(0x1e100000), Uint256(1) << 236);
}

TEST(Target, RefusesEveryOtherForm) {
  EXPECT_FALSE(target_of(0));
  EXPECT_FALSE(target_of(0x1d000000)) << "zero";
  EXPECT_FALSE(target_of(0x1d800000)) << "sign";
  EXPECT_FALSE(target_of(0x1d00007f)) << "padded: 0x1c007f00 says the same";
  EXPECT_TRUE(target_of(0x1b7f0000));
  EXPECT_FALSE(target_of(0x01020001)) << "bits that fall off";
  EXPECT_TRUE(target_of(0x01020000)) << "two";
  EXPECT_FALSE(target_of(0x01010000)) << "one: its work would be 2^256";
  EXPECT_TRUE(target_of(0x21008000)) << "2^255";
  EXPECT_FALSE(target_of(0x21008001));
  EXPECT_FALSE(target_of(0x22000080)) << "2^255 padded";
  EXPECT_FALSE(target_of(0xff7fffff));
}

TEST(Target, CompactRoundsDown) {
  EXPECT_EQ(compact(Uint256("0x12345678")), 0x04123456U);
  EXPECT_EQ(compact(Uint256("0x92345678")), 0x05009234U);
  EXPECT_EQ(compact(Uint256(2)), 0x01020000U);
}

TEST(Work, OfThreeIsAThirdOfTheNumberSpace) {
  const Uint256 highest = ~Uint256(0);
  EXPECT_EQ(work_of_target(Uint256(3)), highest / 3) << "2^256 = 3 * (2^256 - 1) / 3 + 1";
}

TEST(Work, AHeaderHoldsBelowItsTargetOnly) {
  const Uint256 target = Uint256(1) << 240;
  EXPECT_TRUE(meets_target(BlockId(to_hash(target - 1)), target));
  EXPECT_FALSE(meets_target(BlockId(to_hash(target)), target));
  EXPECT_EQ(to_hash(target - 1).hex(), "0000" + std::string(60, 'f'));
}

}  // namespace
}  // namespace suara::chain
