#include "common/shell/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace suara::shell {

std::size_t room_for_connections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::min(wanted, kReservedDescriptors);
  const rlim_t needed = std::min<rlim_t>(limit.rlim_max, wanted + kReservedDescriptors);
  if (limit.rlim_cur < needed) {
    const rlimit raised{needed, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  const std::size_t descriptors = limit.rlim_cur;
  const std::size_t beside_reserve = descriptors - std::min(descriptors, kReservedDescriptors);
  return std::min(wanted, std::max(descriptors / 2, beside_reserve));
}

std::string too_few_descriptors(std::size_t wanted, std::size_t granted) {
  return "at most " + std::to_string(granted) + " connections instead of " + std::to_string(wanted) +
         ": the limit of open files leaves no room for more. Raise it to " +
         std::to_string(wanted + kReservedDescriptors) +
         " (LimitNOFILE= in the systemd unit, ulimit -n in a shell), or lower --max-connections";
}

}  // namespace suara::shell
