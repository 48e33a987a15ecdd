// How far a node has come with catching up.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace suara::node {

struct Progress {
  std::uint64_t height = 0;                  ///< of the tip
  std::uint64_t target_height = 0;           ///< of the best header; rises as long as headers come
  double percent = 0;                        ///< of the way there, 0 to 100
  double blocks_per_second = 0;              ///< lately; 0 when not catching up
  std::optional<std::chrono::seconds> left;  ///< at this rate; none: nothing moves, or not catching up
};

}  // namespace suara::node
