// Every bound of the directory's core, with what happens there. Those of the line protocol are in
// common/wire/limits.hpp, those of sockets in the shell's options.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace suara::directory {

/// Answers of one connection that wait for the disk; one more is answered with an error and closes the connection.
inline constexpr std::size_t kMaxPendingAnswers = 1024;
inline constexpr std::size_t kMaxPendingAnswersSizeBytes = 1024 * 1024;

/// Batches handed out and not yet durable; beyond it requests that write are refused with `busy`.
inline constexpr std::size_t kMaxBatchesInFlight = 65'536;

/// Rows of one answer add up to about this at most; the rest is on the next page, or left out of a sample. Leaves room
/// below wire::kMaxBootstrapReplySizeBytes for what an estimate misses.
inline constexpr std::size_t kMaxAnswerSizeBytes = 512 * 1024;

/// Changes kept for subscribers who come back; one who asks for older ones is told to read the list again.
inline constexpr std::uint64_t kChangesKept = 100'000;

/// Changes sent at once to a subscriber who comes back; one who missed more is told to read the list again.
inline constexpr std::size_t kMaxResumeSizeBytes = 512 * 1024;

/// Classic peers dialled about one join or leave; more rows than that: a fair sample of them.
inline constexpr std::size_t kMaxNotifiedPeers = 1000;

/// Notices dialled for all joins and leaves that became durable together, when many leases end at once; beyond it a
/// smaller sample of the classic peers hears of them.
inline constexpr std::size_t kMaxNoticesAtOnce = 20'000;

/// Leases that end in one event; the rest follow in the next, which is due at once.
inline constexpr std::size_t kMaxExpiriesPerTick = 1000;

/// Leases are looked at no more often than this.
inline constexpr std::chrono::seconds kMinTickInterval{1};

/// Joins and leaves logged one by one within a second; the rest are counted in one line.
inline constexpr std::uint32_t kMaxReportsPerSecond = 10;

}  // namespace suara::directory
