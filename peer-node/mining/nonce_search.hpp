// The miner's inner loop. The header's first 64 bytes are the same for every nonce and are absorbed once, so that a
// nonce costs one SHA-256 compression instead of two. Pure: threads, their shares of the nonces and stopping are the
// shell's.
#pragma once

#include "peer-node/chain/header.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace suara::mining {

/// The first nonce of `first`, `first` + 1, ... (`count` of them, wrapping) with which the header's id is below the
/// target its bits say. The header's own nonce plays no part.
std::optional<std::uint64_t> search(const chain::Header& header, std::uint64_t first, std::uint64_t count);

/// `first`, `first` + 1, ..., wrapping; `count` of them.
struct NonceRange {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  friend bool operator==(const NonceRange&, const NonceRange&) = default;
};

/// The range in `parts` parts, disjoint and of one size but for the last, which also has the rest.
std::vector<NonceRange> split(const NonceRange& range, std::size_t parts);

/// search() or, in a test, something that takes its place.
using SearchFunction =
    std::function<std::optional<std::uint64_t>(const chain::Header&, std::uint64_t first, std::uint64_t count)>;

/// Searches the range in portions of kNoncesPerLook at most, and before each asks `go_on`, which is told how many
/// nonces were tried since it was last asked. nullopt: told to stop, or there is none; then `go_on` is told of the last
/// portion as well.
std::optional<std::uint64_t> search_while(const chain::Header& header, const NonceRange& range,
                                          const std::function<bool(std::uint64_t tried)>& go_on,
                                          const SearchFunction& search = mining::search);

}  // namespace suara::mining
