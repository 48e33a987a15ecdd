// Why a peer is not found: from what a bootstrap server knows of its address to the one thing to do about it.
#pragma once

#include "common/wire/bootstrap_messages.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace suara::admin {

/// A clock further off than this is a problem: blocks of such a miner may be refused.
inline constexpr std::chrono::milliseconds kClockTolerance{10'000};

enum class Problem {
  kNone,
  kNotRegistered,
  kNotCheckedYet,   ///< the server has not dialled back, so nobody knows
  kAdvertises,      ///< an address that only its own host, or its own network, can reach
  kNotListening,    ///< the connection is refused
  kNoWayThrough,    ///< the connection times out, or there is no route
  kUnknownHost,     ///< the name has no address
  kOtherNode,       ///< another node than the row's owner answers
  kOtherNetwork,    ///< the node is of another network
  kNotAPeer,        ///< something else than a peer answers
  kFailsOtherwise,  ///< for a reason that is only reported
  kClock,
};

/// Stable, for scripts.
std::string_view name_of(Problem problem);

struct Diagnosis {
  Problem problem = Problem::kNone;
  std::string sentence;  ///< what is wrong and what most likely mends it
};

/// `server` is the one that was asked, as text.
Diagnosis diagnose(const wire::Inspected& inspected, const std::string& server);

}  // namespace suara::admin
