#include "peer-node/p2p/address_row.hpp"

#include <gtest/gtest.h>

namespace suara::p2p {
namespace {

TEST(AddressRow, IsReadAsItWasWritten) {
  for (const AddressRow& row : {AddressRow{true, 3, 1'764'000'000'000, 1'764'000'000'001, 77},
                                AddressRow{false, 255, 0, 5, UINT64_MAX}, AddressRow{false, 0, 1, 0, 0}}) {
    EXPECT_EQ(decode_address_row(encode(row)), row);
  }
}

TEST(AddressRow, OfFormat2IsATimeAlone) {
  const auto never = decode_address_row(std::string(8, '\0'));
  ASSERT_TRUE(never);
  EXPECT_FALSE(never->tried);
  EXPECT_FALSE(never->source);
  const auto once = decode_address_row(std::string("\x01\x02\0\0\0\0\0\0", 8));
  ASSERT_TRUE(once);
  EXPECT_TRUE(once->tried);
  EXPECT_EQ(once->succeeded_ms, 0x201U);
}

TEST(AddressRow, AnythingElseIsNone) {
  const std::string row = encode(AddressRow{true, 3, 4, 5, 6});
  for (std::size_t size = 0; size <= row.size() + 1; ++size) {
    std::string text = row;
    text.resize(size, '\0');
    EXPECT_EQ(decode_address_row(text).has_value(), size == row.size() || size == 8) << size;
  }
  std::string later = row;
  later[0] = 2;
  EXPECT_FALSE(decode_address_row(later));
  std::string neither = row;
  neither[1] = 2;
  EXPECT_FALSE(decode_address_row(neither));
  EXPECT_FALSE(decode_address_row(encode(AddressRow{true, 0, 1, 0, 6}))) << "tried without a success";
}

TEST(AddressRow, TheBookReadsAddressesAndItsSecret) {
  const std::string row = encode(AddressRow{false, 0, 1, 0, 6});
  EXPECT_TRUE(is_book_row("192.0.2.1:3000", row));
  EXPECT_FALSE(is_book_row("192.0.2.1", row));
  EXPECT_FALSE(is_book_row("192.0.2.1:3000", "nonsense!"));
  EXPECT_TRUE(is_book_row(kBookSecretKey, std::string(32, 's')));
  EXPECT_FALSE(is_book_row(kBookSecretKey, row));
}

}  // namespace
}  // namespace suara::p2p
