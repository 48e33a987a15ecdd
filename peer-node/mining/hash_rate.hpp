// Nonces tried a second, lately: counted in slots of a second, of which the last ten are remembered. A pause makes the
// rate fall, and after ten seconds without work it is 0.
#pragma once

#include "common/util/time.hpp"
#include "peer-node/mining/limits.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace suara::mining {

class HashRate {
 public:
  /// `now` never goes back.
  void add(Instant now, std::uint64_t hashes) {
    if (!started_) started_ = now;
    const std::int64_t second = second_of(now);
    Slot& slot = slots_[static_cast<std::size_t>(second) % slots_.size()];
    if (slot.second != second) slot = {second, 0};
    slot.hashes += hashes;
    total_ += hashes;
  }

  /// Over the window, or since the first call of add() when that is less long ago, but at least over a second.
  [[nodiscard]] double per_second(Instant now) const {
    if (!started_) return 0;
    const std::int64_t newest = second_of(now);
    std::uint64_t hashes = 0;
    for (const Slot& slot : slots_) {
      if (slot.second > newest - static_cast<std::int64_t>(slots_.size())) hashes += slot.hashes;
    }
    // The newest slot is not over yet.
    const double into_second =
        std::chrono::duration<double>(now.time_since_epoch()).count() - static_cast<double>(newest);
    const double window = static_cast<double>(slots_.size() - 1) + into_second;
    const double since_start = std::chrono::duration<double>(now - *started_).count();
    return static_cast<double>(hashes) / std::max(1.0, std::min(window, since_start));
  }

  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  struct Slot {
    std::int64_t second = -1'000'000;
    std::uint64_t hashes = 0;
  };

  static std::int64_t second_of(Instant now) {
    return std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  }

  std::array<Slot, kHashRateWindowSeconds> slots_;
  std::optional<Instant> started_;
  std::uint64_t total_ = 0;
};

}  // namespace suara::mining
