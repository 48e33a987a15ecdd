#include "common/crypto/sha256.hpp"

#include "common/util/check.hpp"
#include "common/util/hex.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

namespace suara {
namespace {

// Fetched once: an implicit fetch on every call costs more than hashing 96 bytes.
const EVP_MD* sha256_method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHECK(method != nullptr);
  return method;
}

struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

std::string Hash256::hex() const { return to_hex(bytes); }

std::optional<Hash256> Hash256::from_hex(std::string_view text) {
  const auto decoded = suara::from_hex(text);
  if (!decoded || decoded->size() != 32) return std::nullopt;
  Hash256 hash;
  std::copy(decoded->begin(), decoded->end(), hash.bytes.begin());
  return hash;
}

Hash256 sha256(std::initializer_list<ByteView> parts) {
  thread_local const std::unique_ptr<EVP_MD_CTX, ContextFree> context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  CHECK(EVP_DigestInit_ex2(context.get(), sha256_method(), nullptr) == 1);
  for (const ByteView part : parts) CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  Hash256 hash;
  CHECK(EVP_DigestFinal_ex(context.get(), hash.bytes.data(), nullptr) == 1);
  return hash;
}

}  // namespace suara
