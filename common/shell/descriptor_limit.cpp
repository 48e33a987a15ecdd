#include "common/shell/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace suara::shell {

std::size_t connections_within_descriptor_limit() {
  constexpr rlim_t kEnough = 65'536;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kReservedDescriptors;
  const rlim_t wanted = std::min(limit.rlim_max, kEnough);
  if (limit.rlim_cur < wanted) {
    const rlimit raised{wanted, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  const std::size_t descriptors = std::min(limit.rlim_cur, kEnough);
  return std::max(descriptors / 2, descriptors - std::min(descriptors, kReservedDescriptors));
}

}  // namespace suara::shell
