#include "tests/sim/seeded_openssl.hpp"

#include "common/util/check.hpp"
#include "common/util/rng.hpp"

#include <openssl/rand.h>

// RAND_METHOD is deprecated in favour of providers, which take a few hundred lines to say the same.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace suara::sim {
namespace {

// The same stream at every call: a signature then depends on its key and message alone (OpenSSL hashes both into
// the ECDSA nonce), not on what else the process signed before.
int fill(unsigned char* buffer, int size) {
  SeededRng rng(0x5u);
  for (int i = 0; i < size; ++i) buffer[i] = static_cast<unsigned char>(rng.next());
  return 1;
}

int ready() { return 1; }

}  // namespace

void make_openssl_deterministic() {
  static const RAND_METHOD method{
      .seed = nullptr, .bytes = fill, .cleanup = nullptr, .add = nullptr, .pseudorand = fill, .status = ready};
  CHECK(RAND_set_rand_method(&method) == 1);
}

}  // namespace suara::sim

#pragma GCC diagnostic pop
