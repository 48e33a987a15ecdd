// The time leases are measured in: civil time where the process started, advanced by the monotonic clock alone. Leases
// outlive a restart, and a wall clock that jumps while the server runs moves none of them.
#pragma once

#include "common/util/time.hpp"

#include <chrono>
#include <cstdint>

namespace suara::directory {

class LeaseClock {
 public:
  explicit LeaseClock(Now start) : start_(start) {}

  [[nodiscard]] std::uint64_t now_ms(Instant instant) const {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(instant - start_.instant);
    return to_unix_ms(start_.wall + passed);
  }

  /// The first instant at which it shows `ms`.
  [[nodiscard]] Instant instant_of(std::uint64_t ms) const { return start_.instant + (from_unix_ms(ms) - start_.wall); }

 private:
  Now start_;
};

}  // namespace suara::directory
