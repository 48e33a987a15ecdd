// Every bound of the node's shell, with what happens there. Connections, lines and queues are bounded where they are
// handled: common/shell/line_network.hpp, http_server.hpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace suara::node_shell {

/// Transactions from the API and the console whose answer is still awaited; more are answered with `busy`.
inline constexpr std::size_t kMaxSubmissionsInFlight = 20'000;

/// Commands of the operator whose answer is still awaited; more are answered with `busy`.
inline constexpr std::size_t kMaxCommandsInFlight = 64;

/// More are refused at start-up.
inline constexpr std::size_t kMaxMiningThreads = 1024;

/// Threads that check signatures; more than cores would not help.
inline constexpr unsigned kMaxVerifyThreads = 16;

/// From a signal until the process ends although something is still unsaid.
inline constexpr std::chrono::seconds kShutdownLimit{5};

/// What was said last (bye, deregistration) may still be on its way to the sockets for this long.
inline constexpr std::chrono::milliseconds kLastWordsLimit{500};

/// While catching up, at most one line per this long tells how far the chain is.
inline constexpr std::chrono::seconds kTipLogInterval{1};

/// Between two lines of `--check`'s progress on a terminal; elsewhere ten times that.
inline constexpr std::chrono::seconds kProgressInterval{1};

/// A console line; a longer one is cut.
inline constexpr std::size_t kMaxConsoleLineSizeBytes = 16 * 1024;

/// Console lines read and not yet executed; the reader waits.
inline constexpr std::size_t kMaxConsoleLinesWaiting = 64;

/// Elections the console looks through for the newest or for a name; older ones are found by their full id.
inline constexpr std::size_t kMaxElectionsScanned = 10'000;

/// Blocks that `chain` shows.
inline constexpr std::uint64_t kConsoleChainBlocks = 10;

/// A chain specification file; a longer one is no specification.
inline constexpr std::size_t kMaxSpecFileSizeBytes = 1024 * 1024;

}  // namespace suara::node_shell
