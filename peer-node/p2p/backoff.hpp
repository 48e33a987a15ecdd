// Waits between attempts: doubling, never less than `first` nor more than `last`, jittered by up to half, so that
// many nodes which lost the same server do not come back at the same moment.
#pragma once

#include "common/util/rng.hpp"
#include "peer-node/p2p/limits.hpp"

#include <algorithm>
#include <chrono>

namespace suara::p2p {

class Backoff {
 public:
  explicit Backoff(milliseconds first = kFirstRetry, milliseconds last = kLastRetry) : first_(first), last_(last) {}

  /// How long to wait before the next attempt; the one after waits twice as long.
  milliseconds next(Rng& rng) { return wait(failures_++, first_, last_, rng); }
  /// Likewise, for those who count themselves: after one failure more than `before`.
  static milliseconds wait(unsigned before, milliseconds first, milliseconds last, Rng& rng) {
    const milliseconds base = std::min(last * 2 / 3, first * (1 << std::min(before, 20U)));
    return base + milliseconds(rng.below(static_cast<std::uint64_t>(base.count() / 2) + 1));
  }

  void reset() { failures_ = 0; }
  [[nodiscard]] unsigned failures() const { return failures_; }

 private:
  milliseconds first_;
  milliseconds last_;
  unsigned failures_ = 0;
};

}  // namespace suara::p2p
