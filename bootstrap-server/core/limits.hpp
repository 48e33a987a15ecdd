// Every bound of the directory's core, with what happens there. Those of the line protocol are in
// common/wire/limits.hpp, those of sockets in the shell's options.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace suara::directory {

/// Answers of one connection that wait for the disk, and as many requests that wait for a signature's check; one more
/// is answered with an error and closes the connection. With the shell's send queue, of at most 1 MiB, a connection
/// holds less than 3 MiB of answers.
inline constexpr std::size_t kMaxPendingAnswers = 1024;
inline constexpr std::size_t kMaxPendingAnswersSizeBytes = 1024 * 1024;

/// Signatures being checked; beyond it signed requests are refused with `busy`. About a quarter of a second's work.
inline constexpr std::size_t kMaxSignatureChecks = 4096;

/// Sequences of signed requests about rows that are gone, and of admins; beyond it the oldest is forgotten.
inline constexpr std::uint64_t kSequencesKept = 100'000;

/// Batches handed out and not yet durable; beyond it requests that write are refused with `busy`.
inline constexpr std::size_t kMaxBatchesInFlight = 65'536;

/// Rows of one answer add up to about this at most; the rest is on the next page, or left out of a sample. Leaves room
/// below wire::kMaxBootstrapReplySizeBytes for what an estimate misses.
inline constexpr std::size_t kMaxAnswerSizeBytes = 512 * 1024;

/// The longest entry of an answer: address, network, key, and a status with every character of its agent escaped.
inline constexpr std::size_t kMaxEntrySizeBytes = 1024;

/// Rows kept in memory as they are answered; beyond it those read longest ago are forgotten.
inline constexpr std::size_t kMaxPagesSizeBytes = 32 * 1024 * 1024;

/// A network of more rows is not kept in memory at all, but read from the store.
inline constexpr std::uint64_t kMaxPagedRows = 50'000;

/// Changes kept for subscribers who come back; one who asks for older ones is told to read the list again.
inline constexpr std::uint64_t kChangesKept = 100'000;

/// Changes sent at once to a subscriber who comes back; one who missed more is told to read the list again.
inline constexpr std::size_t kMaxResumeSizeBytes = 512 * 1024;

/// Classic peers dialled about one join or leave; more rows than that: a fair sample of them.
inline constexpr std::size_t kMaxNotifiedPeers = 1000;

/// Notices dialled for all joins and leaves that became durable together, when many leases end at once; beyond it a
/// smaller sample of the classic peers hears of them.
inline constexpr std::size_t kMaxNoticesAtOnce = 20'000;

/// Dial-backs under way; more wait. Those to addresses that somebody else registered have only so many of the places.
inline constexpr std::size_t kMaxChecksInFlight = 64;
inline constexpr std::size_t kMaxChecksOfOthersInFlight = 48;

/// So many dial-backs begin at once, then one per interval, lest a flood of registrations become one of dials.
inline constexpr int kMaxChecksAtOnce = 64;
inline constexpr std::chrono::milliseconds kCheckInterval{1};

/// Addresses whose last attempt is remembered, or still to come; beyond it rows wait a TTL longer for their check.
inline constexpr std::size_t kMaxAttemptsKept = 32'768;
/// Rows judged as soon as an attempt ends; others of its address look at what it found after the interval.
inline constexpr std::size_t kMaxRowsPerAttempt = 16;
inline constexpr std::chrono::seconds kCrowdedInterval{10};
/// An address may be asked about so often by those to whom it belongs.
inline constexpr std::chrono::seconds kInspectInterval{10};

/// How far a signed request's sequence may be ahead of our clock, in milliseconds. Else a hostile server could have a
/// client sign one that nothing exceeds, and show it to the others: the key could never change its row again.
inline constexpr std::chrono::milliseconds kMaxSequenceAhead{std::chrono::hours{24}};

/// Checks that fail in a row until the row is removed.
inline constexpr std::uint8_t kMaxCheckFailures = 3;

/// Notices to a classic peer nobody has reached yet, which wait for an attempt to end; more are dropped.
inline constexpr std::size_t kMaxHeldNoticesPerAddress = 16;
inline constexpr std::size_t kMaxHeldNotices = 4096;

/// Rows whose lease ends or whose check is due in one event; the rest follow in the next, which is due at once.
inline constexpr std::size_t kMaxDuePerTick = 1000;

/// The expiry guard looks at so many rows of a network, all when there are fewer. A network of fewer than the second is
/// not guarded.
inline constexpr std::size_t kGuardSample = 64;
inline constexpr std::size_t kGuardMinRows = 5;

/// Networks whose expiry is paused at a time; one more goes unguarded.
inline constexpr std::size_t kMaxPausedNetworks = 1000;

/// A pause that lasts longer ends, whatever the network does; until then it is looked at so many times in a TTL.
inline constexpr std::chrono::hours kMaxPause{1};
inline constexpr int kGuardLooksPerTtl = 8;

/// Joins and leaves logged one by one within a second; the rest are counted in one line.
inline constexpr std::uint32_t kMaxReportsPerSecond = 10;

/// Callers whose token buckets are kept (some 12 MB). Beyond it, or sooner when they are full, those are forgotten that
/// would be full first: who rotates through more addresses than these gets their bursts, which he would also have if
/// all were kept, and whoever is refused now is among the last to be forgotten. Nobody is ever refused for want of
/// room.
inline constexpr std::size_t kMaxLimitedCallers = 65'536;

}  // namespace suara::directory
