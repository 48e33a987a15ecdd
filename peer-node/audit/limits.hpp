// Every bound of bundles and receipts (proto-docs/bundle.md), with what happens there.
#pragma once

#include <cstddef>
#include <cstdint>

namespace suara::audit {

/// A bundle's line: the largest block as base64, its seal and the names around them. A longer one is not read to its
/// end: kLineTooLong.
inline constexpr std::size_t kMaxLineSizeBytes = 4'001'000;

/// A receipt: the largest transaction as base64, a specification and a path. Larger files are not read.
inline constexpr std::size_t kMaxReceiptSizeBytes = 600'000;

/// Hashes of an inclusion proof. 20,000 transactions, the most in a block, need 15; a longer list does not decode.
inline constexpr std::size_t kMaxPathHashes = 15;

/// Transactions that a comparison lists by id for each bundle; of more it keeps the number.
inline constexpr std::size_t kMaxListedTransactions = 20;

/// The only format there is.
inline constexpr std::uint64_t kFormatVersion = 1;

}  // namespace suara::audit
