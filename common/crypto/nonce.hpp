// 32 bytes that tell one exchange apart from all others; as unpredictable as the source they are drawn from.
#pragma once

#include "common/crypto/sha256.hpp"
#include "common/util/rng.hpp"

namespace suara {

inline Hash256 fresh_nonce(Rng& rng) {
  Hash256 nonce;
  for (std::size_t at = 0; at < nonce.bytes.size(); at += 8) {
    const std::uint64_t word = rng.next();
    for (std::size_t i = 0; i < 8; ++i) nonce.bytes[at + i] = static_cast<std::uint8_t>(word >> (8 * i));
  }
  return nonce;
}

}  // namespace suara
