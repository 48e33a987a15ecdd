// SHA-256's compression with the instructions that x86 CPUs have for it (Intel SDM, SHA256RNDS2 and relatives). One
// stream leaves the unit idle most of the time, because each instruction waits for the one before; so several nonces
// are hashed side by side.
#include "peer-node/mining/nonce_kernel.hpp"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#include <algorithm>

namespace suara::mining {
namespace {

// Three streams are the fastest: two wait, four do not fit into the registers.
constexpr std::size_t kStreams = 3;

// FIPS 180-4, 4.2.2.
alignas(16) constexpr std::array<std::uint32_t, 64> kRoundConstants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#define SUARA_SHA_TARGET __attribute__((target("sha,sse4.1,ssse3")))

// The state as the instructions want it: words a, b, e, f and c, d, g, h, the first in the highest lane.
struct Lanes {
  __m128i abef, cdgh;
};

// One nonce on its way through the rounds.
struct Stream {
  Lanes state;
  __m128i message[4];  // the last 16 words of the message schedule
};

SUARA_SHA_TARGET inline __m128i four(std::uint32_t highest, std::uint32_t b, std::uint32_t c, std::uint32_t lowest) {
  return _mm_set_epi32(static_cast<int>(highest), static_cast<int>(b), static_cast<int>(c), static_cast<int>(lowest));
}

// Rounds 4 * `Four` to 4 * `Four` + 3 of all streams, and what the message schedule needs from them later.
template <std::size_t Four>
SUARA_SHA_TARGET inline void four_rounds(std::array<Stream, kStreams>& streams) {
  const __m128i constants = _mm_load_si128(reinterpret_cast<const __m128i*>(kRoundConstants.data() + 4 * Four));
#pragma GCC unroll 4
  for (auto& [state, message] : streams) {
    auto& [abef, cdgh] = state;
    __m128i& current = message[Four % 4];
    __m128i& before = message[(Four + 3) % 4];
    __m128i& next = message[(Four + 1) % 4];
    const __m128i sum = _mm_add_epi32(current, constants);
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
    if constexpr (Four >= 3 && Four <= 14) {
      next = _mm_sha256msg2_epu32(_mm_add_epi32(next, _mm_alignr_epi8(current, before, 4)), current);
    }
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
    if constexpr (Four >= 1 && Four <= 12) before = _mm_sha256msg1_epu32(before, current);
  }
}

SUARA_SHA_TARGET Words words_of(const Lanes& lanes) {
  const auto word = [](int value) { return static_cast<std::uint32_t>(value); };
  return {word(_mm_extract_epi32(lanes.abef, 3)), word(_mm_extract_epi32(lanes.abef, 2)),
          word(_mm_extract_epi32(lanes.cdgh, 3)), word(_mm_extract_epi32(lanes.cdgh, 2)),
          word(_mm_extract_epi32(lanes.abef, 1)), word(_mm_extract_epi32(lanes.abef, 0)),
          word(_mm_extract_epi32(lanes.cdgh, 1)), word(_mm_extract_epi32(lanes.cdgh, 0))};
}

SUARA_SHA_TARGET bool below(const Lanes& hash, const Words& target) {
  const Words words = words_of(hash);
  return std::lexicographical_compare(words.begin(), words.end(), target.begin(), target.end());
}

SUARA_SHA_TARGET std::optional<std::uint64_t> search_with_sha_extensions(const NonceSearch& search, std::uint64_t first,
                                                                         std::uint64_t count) {
  const Words& mid = search.midstate;
  const auto& block = search.block;
  const Lanes start{four(mid[0], mid[1], mid[4], mid[5]), four(mid[2], mid[3], mid[6], mid[7])};
  const __m128i message0 = four(block[3], block[2], block[1], block[0]);
  const __m128i message2 = four(block[11], block[10], block[9], block[8]);
  const __m128i message3 = four(block[15], block[14], block[13], block[12]);

  for (std::uint64_t tried = 0; tried < count; tried += kStreams) {
    std::array<Stream, kStreams> streams;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kStreams; ++i) {
      // Little-endian in the header, big-endian as SHA-256 reads it.
      const std::uint64_t nonce = __builtin_bswap64(first + tried + i);
      const auto high = static_cast<std::uint32_t>(nonce >> 32);
      const __m128i message1 = four(static_cast<std::uint32_t>(nonce), high, block[5], block[4]);
      streams[i] = {start, {message0, message1, message2, message3}};
    }
    four_rounds<0>(streams);
    four_rounds<1>(streams);
    four_rounds<2>(streams);
    four_rounds<3>(streams);
    four_rounds<4>(streams);
    four_rounds<5>(streams);
    four_rounds<6>(streams);
    four_rounds<7>(streams);
    four_rounds<8>(streams);
    four_rounds<9>(streams);
    four_rounds<10>(streams);
    four_rounds<11>(streams);
    four_rounds<12>(streams);
    four_rounds<13>(streams);
    four_rounds<14>(streams);
    four_rounds<15>(streams);
    for (std::size_t i = 0; i < kStreams && tried + i < count; ++i) {
      const __m128i abef = _mm_add_epi32(streams[i].state.abef, start.abef);
      const auto highest = static_cast<std::uint32_t>(_mm_extract_epi32(abef, 3));
      if (highest > search.target[0]) continue;  // nearly always
      if (below({abef, _mm_add_epi32(streams[i].state.cdgh, start.cdgh)}, search.target)) return first + tried + i;
    }
  }
  return std::nullopt;
}

bool cpu_has_sha_extensions() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kSse = bit_SSE4_1 | bit_SSSE3;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kSse) != kSse) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
}

}  // namespace

NonceKernel kernel_with_sha_extensions() {
  static const bool has = cpu_has_sha_extensions();
  return has ? search_with_sha_extensions : nullptr;
}

}  // namespace suara::mining

#else

namespace suara::mining {

NonceKernel kernel_with_sha_extensions() { return nullptr; }

}  // namespace suara::mining

#endif
