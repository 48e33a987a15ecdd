#include "common/crypto/p256.hpp"

#include "common/util/hex.hpp"

#include <gtest/gtest.h>

#include <openssl/bn.h>

namespace suara {
namespace {

constexpr std::string_view kOrder = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

Hash256 digest_of(std::string_view text) { return sha256(as_bytes(text)); }

// s' = n - s: the other signature ECDSA would accept.
Signature high_s_twin(const Signature& signature) {
  BIGNUM* order = nullptr;
  BN_hex2bn(&order, std::string(kOrder).c_str());
  BIGNUM* s = BN_bin2bn(signature.bytes.data() + 32, 32, nullptr);
  BN_sub(s, order, s);
  Signature twin = signature;
  BN_bn2binpad(s, twin.bytes.data() + 32, 32);
  BN_free(s);
  BN_free(order);
  return twin;
}

TEST(P256, SignsAndVerifies) {
  const PrivateKey key = PrivateKey::generate();
  const Signature signature = key.sign(digest_of("a vote"));
  EXPECT_TRUE(verify(key.public_key(), digest_of("a vote"), signature));
  EXPECT_FALSE(verify(key.public_key(), digest_of("another vote"), signature));
  EXPECT_FALSE(verify(PrivateKey::generate().public_key(), digest_of("a vote"), signature));
}

TEST(P256, EveryBitOfASignatureCounts) {
  const PrivateKey key = PrivateKey::from_seed("signature bits");
  const Hash256 digest = digest_of("a vote");
  const Signature signature = key.sign(digest);
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Signature changed = signature;
    changed.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(verify(key.public_key(), digest, changed)) << "bit " << bit;
  }
}

TEST(P256, RefusesTheHighSTwin) {
  const PrivateKey key = PrivateKey::from_seed("twin");
  for (int i = 0; i < 32; ++i) {
    const Hash256 digest = digest_of(std::to_string(i));
    const Signature signature = key.sign(digest);
    EXPECT_TRUE(verify(key.public_key(), digest, signature));
    EXPECT_FALSE(verify(key.public_key(), digest, high_s_twin(signature)));
  }
}

TEST(P256, RefusesZeroAndTooLargeScalars) {
  const PrivateKey key = PrivateKey::from_seed("scalars");
  Signature zero;
  EXPECT_FALSE(verify(key.public_key(), digest_of("x"), zero));
  Signature large;
  large.bytes.fill(0xff);
  EXPECT_FALSE(verify(key.public_key(), digest_of("x"), large));
}

TEST(P256, KeysAreTheSameAfterPem) {
  const PrivateKey key = PrivateKey::generate();
  const auto again = PrivateKey::from_pem(key.to_pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_key(), key.public_key());
  EXPECT_TRUE(verify(key.public_key(), digest_of("x"), again->sign(digest_of("x"))));
}

TEST(P256, SaysWhyAPemIsNoKey) {
  EXPECT_TRUE(PrivateKey::from_pem("hello").error() == KeyError::kNotPem);
  // An Ed25519 key in PKCS#8 (RFC 8410, section 10.3).
  constexpr std::string_view kEd25519 =
      "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
      "-----END PRIVATE KEY-----\n";
  EXPECT_TRUE(PrivateKey::from_pem(kEd25519).error() == KeyError::kWrongCurve);
}

TEST(P256, PublicKeysArePointsOnTheCurve) {
  const PublicKey key = PrivateKey::from_seed("suara").public_key();
  const auto parsed = parse_public_key(key.view());
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, key);

  PublicKey off_curve = key;
  off_curve.bytes[63] ^= 1;
  EXPECT_TRUE(parse_public_key(off_curve.view()).error() == KeyError::kNotAPoint);
  EXPECT_FALSE(verify(off_curve, digest_of("x"), PrivateKey::from_seed("suara").sign(digest_of("x"))));
  PublicKey off_field = key;
  std::fill(off_field.bytes.begin(), off_field.bytes.begin() + 32, std::uint8_t{0xff});
  EXPECT_FALSE(parse_public_key(off_field.view()));
  EXPECT_FALSE(parse_public_key(PublicKey{}.view()));
  EXPECT_FALSE(parse_public_key(key.view().first(63)));
}

// A verification after a key that is no point must not see the key before it.
TEST(P256, ARefusedKeyLeavesNothingBehind) {
  const PrivateKey key = PrivateKey::from_seed("first");
  const Signature signature = key.sign(digest_of("x"));
  ASSERT_TRUE(verify(key.public_key(), digest_of("x"), signature));
  EXPECT_FALSE(verify(PublicKey{}, digest_of("x"), signature));
  EXPECT_FALSE(verify(PrivateKey::from_seed("second").public_key(), digest_of("x"), signature));
  EXPECT_TRUE(verify(key.public_key(), digest_of("x"), signature));
}

TEST(P256, SeedsGiveTheSameKeyEverywhere) {
  EXPECT_EQ(PrivateKey::from_seed("a").public_key(), PrivateKey::from_seed("a").public_key());
  EXPECT_NE(PrivateKey::from_seed("a").public_key(), PrivateKey::from_seed("b").public_key());
}

TEST(P256, DomainAndNetworkSeparateStatements) {
  const NetworkId one(digest_of("one")), two(digest_of("two"));
  const Hash256 base = signing_digest("suara.transaction", one, as_bytes("body"));
  EXPECT_NE(base, signing_digest("suara.hello", one, as_bytes("body")));
  EXPECT_NE(base, signing_digest("suara.transaction", two, as_bytes("body")));
  EXPECT_NE(base, signing_digest("suara.transaction", one, as_bytes("bodY")));
}

}  // namespace
}  // namespace suara
