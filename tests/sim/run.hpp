// One seed, one run: a world drawn from the seed goes through a safety phase, in which everything breaks and checkers
// look for what must never happen, and a liveness phase, in which nothing breaks any more and what should happen must,
// within a bound of virtual time.
#pragma once

#include "common/crypto/sha256.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace suara::sim {

/// Things broken on purpose, to see that the checkers see them.
enum class Sabotage : std::uint8_t {
  kNone,
  kDisksLie,         ///< acknowledge before what was written is durable
  kVotesDropped,     ///< a host says a vote was accepted and throws it away
  kClosesSwallowed,  ///< nodes are not told that connections are gone
  kTalliesTampered,  ///< a count in the store is changed
};

struct RunOptions {
  std::uint64_t seed = 0;
  std::size_t nodes = 0;  ///< 0: drawn from the seed
  bool verbose = false;
  Sabotage sabotage = Sabotage::kNone;
};

struct RunResult {
  std::optional<std::string> failure;
  Hash256 trace;
  std::uint64_t events = 0;
  std::string summary;  ///< what kind of world it was and what came of it
};

/// A bootstrap server and those who use it.
RunResult run_directory(const RunOptions& options);
/// Nodes that find each other, vote, mine and agree.
RunResult run_cluster(const RunOptions& options);
/// One of them, by the seed.
RunResult run(const RunOptions& options);

}  // namespace suara::sim
