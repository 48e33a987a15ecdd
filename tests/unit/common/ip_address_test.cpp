#include "common/util/ip_address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace suara {
namespace {

TEST(IpAddress, ReadsBothFamilies) {
  const auto v4 = IpAddress::parse("192.0.2.7");
  ASSERT_TRUE(v4);
  EXPECT_TRUE(v4->is_v4());
  EXPECT_EQ(v4->bytes, (std::array<std::uint8_t, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7}));
  const auto v6 = IpAddress::parse("2001:DB8::7");
  ASSERT_TRUE(v6);
  EXPECT_FALSE(v6->is_v4());
  EXPECT_EQ(v6->bytes, (std::array<std::uint8_t, 16>{0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7}));
}

TEST(IpAddress, SpellingsOfOneAddressAreEqual) {
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.7"), IpAddress::parse("192.0.2.7"));
  EXPECT_EQ(IpAddress::parse("::ffff:c000:207"), IpAddress::parse("192.0.2.7"));
  EXPECT_EQ(IpAddress::parse("2001:db8:0:0:0:0:0:1"), IpAddress::parse("2001:db8::1"));
  EXPECT_NE(IpAddress::parse("::192.0.2.7"), IpAddress::parse("192.0.2.7"));
}

TEST(IpAddress, TakesNothingElseForAnAddress) {
  for (const std::string text :
       {"", "localhost", "192.0.2", "192.0.2.256", "192.0.2.7.1", "192.0.2.07", "127.1", "0x7f.0.0.1", "2130706433",
        " 192.0.2.7", "192.0.2.7 ", "[::1]", "fe80::1%eth0", "1:2:3:4:5:6:7:8:9", ":::", "12345::"}) {
    EXPECT_EQ(IpAddress::parse(text), std::nullopt) << text;
  }
  EXPECT_EQ(IpAddress::parse(std::string("192.0.2.7\0", 10)), std::nullopt);
  EXPECT_EQ(IpAddress::parse(std::string(100'000, '1')), std::nullopt);
}

}  // namespace
}  // namespace suara
