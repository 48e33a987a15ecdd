// The miner's inner loop. Its first 64 bytes are the same for every nonce and are absorbed once, so that a nonce costs
// one SHA-256 compression instead of two. Pure: threads, their shares of the nonces and stopping are the shell's.
#pragma once

#include "peer-node/chain/header.hpp"

#include <cstdint>
#include <optional>

namespace suara::mining {

/// The first nonce of `first`, `first` + 1, ... (`count` of them, wrapping) with which the header's id is below the
/// target its bits say. The header's own nonce plays no part.
std::optional<std::uint64_t> search(const chain::Header& header, std::uint64_t first, std::uint64_t count);

}  // namespace suara::mining
