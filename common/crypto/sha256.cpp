// OpenSSL's own functions: through EVP, which offers no more here, a node of a Merkle tree takes 1.8 times as long.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "common/crypto/sha256.hpp"

#include "common/util/check.hpp"
#include "common/util/hex.hpp"

#include <openssl/sha.h>

#include <algorithm>

namespace suara {

std::string Hash256::hex() const { return to_hex(bytes); }

std::optional<Hash256> Hash256::from_hex(std::string_view text) {
  const auto decoded = suara::from_hex(text);
  if (!decoded || decoded->size() != 32) return std::nullopt;
  Hash256 hash;
  std::copy(decoded->begin(), decoded->end(), hash.bytes.begin());
  return hash;
}

Hash256 sha256(std::initializer_list<ByteView> parts) {
  SHA256_CTX context;
  CHECK(SHA256_Init(&context) == 1);
  for (const ByteView part : parts) CHECK(SHA256_Update(&context, part.data(), part.size()) == 1);
  Hash256 hash;
  CHECK(SHA256_Final(hash.bytes.data(), &context) == 1);
  return hash;
}

}  // namespace suara
