#include "common/crypto/sha256.hpp"
#include "common/util/base64.hpp"
#include "common/util/hex.hpp"

#include <gtest/gtest.h>

namespace suara {
namespace {

TEST(Hex, RoundTripsAndRefusesOtherText) {
  const Bytes bytes{0x00, 0x0f, 0xff, 0xa5};
  EXPECT_EQ(to_hex(bytes), "000fffa5");
  EXPECT_EQ(from_hex("000FffA5"), bytes);
  EXPECT_EQ(from_hex(""), Bytes{});
  for (const auto* text : {"0", "0g", "0x00", " 00"}) EXPECT_FALSE(from_hex(text)) << text;
}

// RFC 4648, section 10.
TEST(Base64, MatchesTheStandardsVectors) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(plain)), encoded);
    const auto decoded = from_base64(encoded);
    ASSERT_TRUE(decoded) << encoded;
    EXPECT_EQ(as_text(*decoded), plain);
  }
}

TEST(Base64, HasOneEncodingPerValue) {
  for (const auto* text : {"Zg", "Zg=", "Zh==", "Zg==\n", " Zg==", "Z=g=", "====", "Zm9v====", "Zg-_"}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

// FIPS 180-4 example vectors.
TEST(Sha256, MatchesTheStandardsVectors) {
  EXPECT_EQ(sha256(as_bytes("abc")).hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(ByteView{}).hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256({as_bytes("a"), as_bytes("bc")}), sha256(as_bytes("abc")));
}

TEST(Sha256, HexRoundTripsAndChecksItsLength) {
  const Hash256 hash = sha256(as_bytes("abc"));
  EXPECT_EQ(Hash256::from_hex(hash.hex()), hash);
  EXPECT_FALSE(Hash256::from_hex("ba78"));
  EXPECT_FALSE(Hash256::from_hex(std::string(64, 'g')));
}

}  // namespace
}  // namespace suara
