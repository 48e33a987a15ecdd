// Every bound of the HTTP interface, with what happens there. Bodies and headers are bounded by the HTTP server.
#pragma once

#include <cstddef>
#include <cstdint>

namespace suara::api {

/// What a `limit` may be, and is when absent; any other value is refused with bad_parameter.
struct PageLimit {
  std::uint64_t usual;
  std::uint64_t most;
};
inline constexpr PageLimit kBlocksPage{20, 100};
inline constexpr PageLimit kHeadersPage{500, 2'000};  // half a megabyte of hex
inline constexpr PageLimit kElectionsPage{20, 100};   // each reads up to 1,000 tallies
inline constexpr PageLimit kVotesPage{100, 1'000};
inline constexpr PageLimit kRollPage{100, 1'000};
inline constexpr PageLimit kMempoolPage{100, 1'000};

/// Bodies read for one page of blocks; beyond it the page ends early and `next` says where to go on.
inline constexpr std::size_t kMaxBodiesPerPageBytes = 4 * 1024 * 1024;

/// A block of fewer transactions is hashed for every proof that is asked for.
inline constexpr std::size_t kMinKeptTreeTransactions = 256;

/// Merkle trees kept for proofs; beyond it those asked for longest ago go. 40 full blocks of 1 MB, or 16 of 3 MB.
inline constexpr std::size_t kMaxKeptTreesBytes = 16 * 1024 * 1024;

/// Transactions in one submission; more are refused with bad_body.
inline constexpr std::size_t kMaxTransactionsPerSubmission = 1'000;

/// Members of a query string; more are refused with bad_parameter.
inline constexpr std::size_t kMaxQueryParameters = 16;

}  // namespace suara::api
