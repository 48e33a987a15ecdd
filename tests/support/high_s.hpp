// The other form of a signature, which the rules refuse: n - s instead of s. To verifiers that do not ask for the low s
// it is as good as the first.
#pragma once

#include "common/crypto/p256.hpp"
#include "peer-node/chain/work.hpp"

#include <algorithm>

namespace suara::testing {

inline Signature with_high_s(Signature signature) {
  constexpr std::string_view kOrder = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  Hash256 s;
  std::copy(signature.bytes.begin() + 32, signature.bytes.end(), s.bytes.begin());
  const Hash256 high = chain::to_hash(chain::to_number(*Hash256::from_hex(kOrder)) - chain::to_number(s));
  std::ranges::copy(high.bytes, signature.bytes.begin() + 32);
  return signature;
}

}  // namespace suara::testing
