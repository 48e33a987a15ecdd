// How many connections the process's limit of open files leaves room for.
#pragma once

#include <cstddef>

namespace suara::shell {

/// Descriptors kept for what is no inbound line connection: the database (256), HTTP (288), dials (64), and 32
/// for logs, signals and chance.
inline constexpr std::size_t kReservedDescriptors = 640;

/// Raises the soft limit towards the hard one, at most to 65,536, and returns what is left beside the reserve (half
/// of the limit when that is less than the reserve takes).
std::size_t connections_within_descriptor_limit();

}  // namespace suara::shell
