// Randomness from the kernel.
#pragma once

#include "common/util/rng.hpp"

#include <array>

namespace suara::shell {

/// Reads getrandom(2) in blocks. One thread at a time.
class SystemRng final : public Rng {
 public:
  std::uint64_t next() override;

 private:
  std::array<std::uint64_t, 32> block_{};
  std::size_t used_ = block_.size();
};

}  // namespace suara::shell
