#include "common/wire/address.hpp"

#include <gtest/gtest.h>

namespace suara::wire {
namespace {

TEST(Address, KeepsHostNamesAsWritten) {
  for (const std::string text :
       {"localhost:3000", "Node-1.example:65535", "192.0.2.7:1", "[2001:db8::1]:3000", "a_b:9"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
}

TEST(Address, SaysWhatIsWrong) {
  const std::pair<std::string, AddressError> cases[] = {
      {"", AddressError::kMissingPort},           {"localhost", AddressError::kMissingPort},
      {"localhost:", AddressError::kMissingPort}, {"[2001:db8::1]", AddressError::kMissingPort},
      {"localhost:0", AddressError::kBadPort},    {"localhost:65536", AddressError::kBadPort},
      {"localhost:-1", AddressError::kBadPort},   {"localhost:+1", AddressError::kBadPort},
      {"localhost:08", AddressError::kBadPort},   {"localhost:80 ", AddressError::kBadPort},
      {":3000", AddressError::kBadHost},          {"2001:db8::1:3000", AddressError::kBadHost},
      {"a b:3000", AddressError::kBadHost},       {"[abc]:3000", AddressError::kBadHost},
      {"\xff:3000", AddressError::kBadHost},      {std::string(254, 'a') + ":1", AddressError::kBadHost},
  };
  for (const auto& [text, expected] : cases) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_TRUE(address.error() == expected) << text << " gave " << address.error().name();
  }
}

TEST(Address, AnErrorNeverRepeatsRawBytesOfAStranger) {
  const auto address = parse_address("\x1b[2J\n" + std::string(500, 'x'));
  ASSERT_FALSE(address);
  EXPECT_LT(address.error().message().size(), 200U);
  EXPECT_EQ(address.error().message().find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace suara::wire
