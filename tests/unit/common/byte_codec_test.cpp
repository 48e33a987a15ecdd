#include "common/util/byte_reader.hpp"
#include "common/util/byte_writer.hpp"

#include <gtest/gtest.h>

namespace suara {
namespace {

TEST(ByteWriter, WritesLittleEndianAndSizes) {
  ByteWriter writer;
  writer.u8(0x01);
  writer.u16(0x0203);
  writer.u32(0x04050607);
  writer.u64(0x08090a0b0c0d0e0f);
  writer.sized("ab");
  EXPECT_EQ(writer.take(), (Bytes{0x01, 0x03, 0x02, 0x07, 0x06, 0x05, 0x04, 0x0f, 0x0e, 0x0d, 0x0c,
                                  0x0b, 0x0a, 0x09, 0x08, 0x02, 0,    0,    0,    'a',  'b'}));
}

TEST(ByteReader, ReadsWhatWasWritten) {
  ByteWriter writer;
  writer.u8(1);
  writer.u16(0xfffe);
  writer.u32(0x80000000);
  writer.u64(UINT64_MAX - 1);
  writer.sized("text");
  writer.raw(as_bytes("xyz"));
  ByteReader reader(writer.view());
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.u16(), 0xfffe);
  EXPECT_EQ(reader.u32(), 0x80000000);
  EXPECT_EQ(reader.u64(), UINT64_MAX - 1);
  EXPECT_EQ(reader.sized_text(4), "text");
  std::array<std::uint8_t, 3> field{};
  EXPECT_FALSE(reader.finished());
  reader.read(field);
  EXPECT_EQ(as_text(field), "xyz");
  EXPECT_TRUE(reader.finished());
}

TEST(ByteReader, FirstFailureSticks) {
  const Bytes bytes{5, 0, 0, 0, 'a', 'b'};
  ByteReader reader(bytes);
  EXPECT_TRUE(reader.sized(4).empty());
  EXPECT_EQ(reader.failure(), ByteReader::Failure::kTooLarge);
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_EQ(reader.failure(), ByteReader::Failure::kTooLarge);
  EXPECT_FALSE(reader.finished());
}

TEST(ByteReader, RefusesTruncation) {
  const Bytes bytes{5, 0, 0, 0, 'a', 'b'};
  ByteReader reader(bytes);
  EXPECT_TRUE(reader.sized(100).empty());
  EXPECT_EQ(reader.failure(), ByteReader::Failure::kMalformed);
  ByteReader integer(ByteView(bytes).first(3));
  EXPECT_EQ(integer.u32(), 0U);
  EXPECT_FALSE(integer.ok());
}

TEST(ByteReader, RefusesCountsTheInputCannotHold) {
  const Bytes bytes{3, 0, 0, 0, 1, 2, 3, 4, 5};
  EXPECT_EQ(ByteReader(bytes).count(10, 1), 3U);
  EXPECT_EQ(ByteReader(bytes).count(10, 2), 0U);
  EXPECT_EQ(ByteReader(bytes).count(2, 1), 0U);
}

}  // namespace
}  // namespace suara
