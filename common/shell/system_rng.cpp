#include "common/shell/system_rng.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

namespace suara::shell {

std::uint64_t SystemRng::next() {
  if (used_ == block_.size()) {
    auto* const to = reinterpret_cast<std::byte*>(block_.data());
    constexpr std::size_t kSize = sizeof block_;
    std::size_t filled = 0;
    while (filled < kSize) {
      const ssize_t got = ::getrandom(to + filled, kSize - filled, 0);
      if (got < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
      if (got > 0) filled += static_cast<std::size_t>(got);
    }
    used_ = 0;
  }
  return block_[used_++];
}

}  // namespace suara::shell
