// The two kinds of time, as arguments. Cores never read a clock; shells and the simulator pass `Now`.
#pragma once

#include <chrono>
#include <cstdint>

namespace suara {

/// Monotonic time since an arbitrary origin: for deadlines and durations. Never stored, never sent.
struct MonotonicTimeline {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicTimeline>;
  static constexpr bool is_steady = true;
};
using Instant = MonotonicTimeline::time_point;

/// Civil time, milliseconds since 1970-01-01 UTC without leap seconds: for what is stored, signed or shown.
struct WallTimeline {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<WallTimeline>;
  static constexpr bool is_steady = false;
};
using WallTime = WallTimeline::time_point;

inline std::uint64_t to_unix_ms(WallTime time) {
  const auto ms = time.time_since_epoch().count();
  return ms < 0 ? 0 : static_cast<std::uint64_t>(ms);
}

inline WallTime from_unix_ms(std::uint64_t ms) { return WallTime(WallTime::duration(static_cast<WallTime::rep>(ms))); }

/// Both times of one moment, read once per event by whoever feeds a core.
struct Now {
  Instant instant;
  WallTime wall;
};

}  // namespace suara
