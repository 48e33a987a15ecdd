// Many who SUBSCRIBE and one who joins: how long until the last has been told.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace suara::bench {

struct JoinOptions {
  std::uint16_t port = 0;
  std::size_t subscribers = 0;
  std::uint64_t first = 0;  ///< of the addresses that join
  std::uint64_t joins = 1;
  std::chrono::nanoseconds every{};  ///< 0: the next joins when the last subscriber has been told of the one before
};

struct JoinResult {
  std::vector<std::uint32_t> last_told_us;  ///< of each join, from sending its REGISTER
  std::uint64_t subscribers_lost = 0;
  std::uint64_t missing = 0;  ///< events that did not arrive
};

JoinResult run_joins(const JoinOptions& options);

}  // namespace suara::bench
