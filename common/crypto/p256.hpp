// ECDSA over P-256 with SHA-256 (FIPS 186-4), through OpenSSL 3's EVP interface.
// Public keys are the point's coordinates x ‖ y, 32 bytes each, big-endian (SEC 1's uncompressed form without its
// leading 04): finding y again from a compressed key costs a third of a whole verification, for every vote ever synced.
// Signatures are r ‖ s, 32 bytes each, big-endian, with s <= n/2 (low-s), so that nobody but the signer can make a
// second valid signature.
#pragma once

#include "common/crypto/sha256.hpp"
#include "common/util/bytes.hpp"
#include "common/util/result.hpp"

#include <array>
#include <compare>
#include <memory>
#include <string>
#include <string_view>

using EVP_PKEY = struct evp_pkey_st;

namespace suara {

enum class KeyError {
  kNotPem,      ///< the text is no unencrypted PEM private key
  kWrongCurve,  ///< a key, but not of P-256
  kNotAPoint,   ///< bytes that are no point on the curve
};
ErrorText describe(KeyError error);

struct PublicKey {
  std::array<std::uint8_t, 64> bytes{};
  [[nodiscard]] ByteView view() const { return bytes; }
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

struct Signature {
  std::array<std::uint8_t, 64> bytes{};
  [[nodiscard]] ByteView view() const { return bytes; }
  friend auto operator<=>(const Signature&, const Signature&) = default;
};

/// What a signature is made over: SHA-256(domain ‖ 00 ‖ network id ‖ body). The domain string says what kind
/// of statement this is ("suara.transaction"), so a signature is worth nothing in any other place.
Hash256 signing_digest(std::string_view domain, const NetworkId& network, ByteView body);

/// Checks that the bytes are a point on the curve.
Result<PublicKey> parse_public_key(ByteView bytes);

class PrivateKey {
 public:
  static PrivateKey generate();
  /// Unencrypted PEM: PKCS#8 ("PRIVATE KEY") or SEC 1 ("EC PRIVATE KEY").
  static Result<PrivateKey> from_pem(std::string_view pem);
  /// The key whose secret scalar is SHA-256(seed), for published throwaway keys (`--dev`) and tests.
  static PrivateKey from_seed(std::string_view seed);

  [[nodiscard]] std::string to_pem() const;
  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] Signature sign(const Hash256& digest) const;

 private:
  explicit PrivateKey(std::shared_ptr<EVP_PKEY> key);

  std::shared_ptr<EVP_PKEY> key_;  // immutable once made, so shared by copies
  PublicKey public_key_;
};

/// False for a key that is no point, a signature that is not low-s, or one that does not fit. Thread-safe.
[[nodiscard]] bool verify(const PublicKey& key, const Hash256& digest, const Signature& signature);

}  // namespace suara
