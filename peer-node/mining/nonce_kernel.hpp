// The loops behind nonce_search.hpp: one for CPUs with SHA extensions, one for all others.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace suara::mining {

using Words = std::array<std::uint32_t, 8>;  ///< most significant first, as SHA-256 has its state

/// What does not change from nonce to nonce.
struct NonceSearch {
  Words midstate{};                         ///< after the header's first 64 bytes
  std::array<std::uint32_t, 16> block{};    ///< the second block, big-endian words, padding included
  Words target{};                           ///< a hash below it is what is looked for
  static constexpr std::size_t kNonce = 6;  ///< the nonce's two words in `block`; what they hold plays no part
};

/// The first of `first`, `first` + 1, ... (`count` of them, wrapping) whose hash is below the target.
using NonceKernel = std::optional<std::uint64_t> (*)(const NonceSearch&, std::uint64_t first, std::uint64_t count);

std::optional<std::uint64_t> search_portably(const NonceSearch& search, std::uint64_t first, std::uint64_t count);

/// nullptr where this CPU has no SHA extensions.
NonceKernel kernel_with_sha_extensions();

}  // namespace suara::mining
