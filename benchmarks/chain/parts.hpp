// What `suara-bench-chain` measures: each part once, as named figures. run.py takes turns and makes the table.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace suara::bench {

using Figures = std::map<std::string, double>;

/// The miner with one thread, the bare kernel, and OpenSSL's compression from the absorbed first block: each searches
/// the same nonces for the same header. Nonces per second of processor time, so that who else runs does not matter.
Figures measure_miner(std::uint64_t nonces);

/// Blocks full of signed votes, from their bytes to the last signature, on `threads` threads: votes per second of
/// processor time, summed over the threads, as `openssl speed -multi` sums.
Figures measure_check(unsigned threads, std::chrono::nanoseconds time);

/// Blocks full of votes whose signatures were checked, on a real database: kept, connected, durable.
Figures measure_connect(const std::string& folder, std::size_t blocks);
/// Likewise empty ones.
Figures measure_empty(const std::string& folder, std::size_t blocks);
/// Connecting `blocks` full blocks; then a heavier branch of empty ones that takes them off, and two more blocks that
/// put them on again.
Figures measure_reorganisation(const std::string& folder, std::size_t blocks);

/// A block template from a mempool of that many votes.
Figures measure_template(std::size_t transactions);

}  // namespace suara::bench
