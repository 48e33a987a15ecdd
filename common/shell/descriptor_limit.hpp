// How many connections the process's limit of open files leaves room for.
#pragma once

#include <cstddef>
#include <string>

namespace suara::shell {

/// Descriptors kept for what is no inbound line connection: the database (256), HTTP (288), dials (64), and 32
/// for logs, signals and chance.
inline constexpr std::size_t kReservedDescriptors = 640;

/// Raises the soft limit as far towards the hard one as `wanted` connections beside the reserve need. Returns how many
/// there is room for: `wanted`, or what is left beside the reserve, or half of a limit that is less than twice that.
std::size_t room_for_connections(std::size_t wanted);

/// What to tell an operator who gets `granted` connections of `wanted`.
std::string too_few_descriptors(std::size_t wanted, std::size_t granted);

}  // namespace suara::shell
