// The draws a simulation makes of its seed.
#pragma once

#include "common/util/rng.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>

namespace suara::sim {

using Duration = std::chrono::microseconds;

inline bool percent(Rng& rng, std::uint64_t chance) { return rng.below(100) < chance; }

/// Uniform over [low, high].
inline Duration between(Rng& rng, Duration low, Duration high) {
  return low + Duration(rng.below(static_cast<std::uint64_t>((high - low).count()) + 1));
}

/// Exponentially distributed, as the time to the next of independent happenings is; at most 20 times the mean.
inline Duration exponential(Rng& rng, Duration mean) {
  const double uniform = (static_cast<double>(rng.next() >> 11) + 1.0) / 9007199254740993.0;  // (0, 1)
  const double draw = std::fmin(-std::log(uniform), 20.0);
  return Duration(static_cast<Duration::rep>(draw * static_cast<double>(mean.count())));
}

}  // namespace suara::sim
