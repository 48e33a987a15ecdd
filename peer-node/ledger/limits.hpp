// Every bound on what a transaction may hold. Part of the consensus: no network's specification exceeds them.
#pragma once

#include <cstddef>

namespace suara::ledger {

/// A title, a candidate or a voter's name, in bytes of UTF-8. Longer does not decode: kTooLarge.
inline constexpr std::size_t kMaxTextSizeBytes = 256;

/// Candidates in one transaction (more does not decode: kTooLarge) and in one election (kBadCandidates).
inline constexpr std::size_t kMaxCandidates = 1'000;

/// Voters enrolled by one transaction; a longer roll takes several. More does not decode: kTooLarge.
inline constexpr std::size_t kMaxEnrolments = 1'000;

/// Data of a record, whatever the network allows; more does not decode: kTooLarge. A network's own cap is lower.
inline constexpr std::size_t kMaxRecordSizeBytes = 64 * 1024;

/// One encoded transaction: 1,000 enrolments with the longest names take 324,165 bytes. Larger is not read: kTooLarge.
inline constexpr std::size_t kMaxTransactionSizeBytes = 330'000;

}  // namespace suara::ledger
