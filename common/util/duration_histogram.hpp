// How long things took, counted in fixed buckets from 100 µs to 10 s: wide enough for a request that waits for a slow
// disk, fine enough to tell a fast disk from a memory read. Observing is one comparison per bucket below the value.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace suara {

class DurationHistogram {
 public:
  /// A bucket holds what took this long or less, and longer than the bucket before.
  static constexpr std::array<std::chrono::microseconds, 16> kBounds{
      std::chrono::microseconds(100),       std::chrono::microseconds(250),       std::chrono::microseconds(500),
      std::chrono::microseconds(1'000),     std::chrono::microseconds(2'500),     std::chrono::microseconds(5'000),
      std::chrono::microseconds(10'000),    std::chrono::microseconds(25'000),    std::chrono::microseconds(50'000),
      std::chrono::microseconds(100'000),   std::chrono::microseconds(250'000),   std::chrono::microseconds(500'000),
      std::chrono::microseconds(1'000'000), std::chrono::microseconds(2'500'000), std::chrono::microseconds(5'000'000),
      std::chrono::microseconds(10'000'000)};

  /// Less than nothing counts as nothing.
  void observe(std::chrono::nanoseconds took) {
    if (took.count() < 0) took = {};
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && took > kBounds[bucket]) ++bucket;
    ++counts_[bucket];
    sum_ += took;
  }

  /// By bucket; the last holds what took longer than the last bound.
  [[nodiscard]] const std::array<std::uint64_t, kBounds.size() + 1>& counts() const { return counts_; }
  [[nodiscard]] std::chrono::nanoseconds sum() const { return sum_; }

 private:
  std::array<std::uint64_t, kBounds.size() + 1> counts_{};
  std::chrono::nanoseconds sum_{};
};

}  // namespace suara
