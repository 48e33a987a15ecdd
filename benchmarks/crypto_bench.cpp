// What the chain spends its time on, beside the bare OpenSSL call it rests on.
#include "common/crypto/p256.hpp"
#include "common/crypto/sha256.hpp"
#include "common/util/check.hpp"

#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include <array>

namespace suara {
namespace {

void header_hash(benchmark::State& state) {
  std::array<std::uint8_t, 96> header{};
  for (auto _ : state) {
    const Hash256 id = sha256(header);
    header[0] = id.bytes[0];
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(header_hash);

void sign(benchmark::State& state) {
  const PrivateKey key = PrivateKey::generate();
  const Hash256 digest = sha256(as_bytes("a vote"));
  for (auto _ : state) benchmark::DoNotOptimize(key.sign(digest));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(sign);

void verify_signature(benchmark::State& state) {
  const PrivateKey key = PrivateKey::generate();
  const Hash256 digest = sha256(as_bytes("a vote"));
  const Signature signature = key.sign(digest);
  for (auto _ : state) CHECK(verify(key.public_key(), digest, signature));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verify_signature);

// As `openssl speed ecdsap256` does it: one key, one context, a DER signature.
void verify_bare_openssl(benchmark::State& state) {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  const Hash256 digest = sha256(as_bytes("a vote"));
  std::array<unsigned char, 80> signature{};
  std::size_t size = signature.size();
  EVP_PKEY_CTX* signer = EVP_PKEY_CTX_new(key, nullptr);
  CHECK(EVP_PKEY_sign_init(signer) == 1);
  CHECK(EVP_PKEY_sign(signer, signature.data(), &size, digest.bytes.data(), digest.bytes.size()) == 1);
  EVP_PKEY_CTX* verifier = EVP_PKEY_CTX_new(key, nullptr);
  CHECK(EVP_PKEY_verify_init(verifier) == 1);
  for (auto _ : state) {
    CHECK(EVP_PKEY_verify(verifier, signature.data(), size, digest.bytes.data(), digest.bytes.size()) == 1);
  }
  state.SetItemsProcessed(state.iterations());
  EVP_PKEY_CTX_free(verifier);
  EVP_PKEY_CTX_free(signer);
  EVP_PKEY_free(key);
}
BENCHMARK(verify_bare_openssl);

}  // namespace
}  // namespace suara
