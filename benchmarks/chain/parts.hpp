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

/// A data folder for peer-node, which must not be there yet: `blocks` blocks with `votes` votes, a quarter of them in
/// full blocks, as when everybody votes at once, the others spread evenly over all. Beside the database it has
/// genesis.json, the specification, and up to kSampledVotes lines of votes.txt: a vote's id, the height of its block
/// and the number of votes in it, from all over the chain.
Figures make_large(const std::string& folder, std::uint64_t blocks, std::uint64_t votes);
inline constexpr std::uint64_t kSampledVotes = 200'000;

/// Goes on with that chain until as much is in the database's log as there may be, and ends as if killed.
[[noreturn]] void fill_log(const std::string& folder);

/// A block template from a mempool of that many votes.
Figures measure_template(std::size_t transactions);

}  // namespace suara::bench
