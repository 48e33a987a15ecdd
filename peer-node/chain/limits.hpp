// Every bound of the chain, with what happens there. Those marked consensus are the same on every node.
#pragma once

#include <cstddef>
#include <cstdint>

namespace suara::chain {

// -- consensus --

/// An encoded block, whatever a specification allows; larger is not read. Fits a peer's line as base64.
inline constexpr std::size_t kMaxBlockSizeBytes = 3'000'000;

/// The smallest transaction: kind, author and signature. Bounds a block's count before anything is allocated.
inline constexpr std::size_t kMinTransactionSizeBytes = 129;

/// Transactions in a block; more is refused.
inline constexpr std::size_t kMaxTransactionsPerBlock = 20'000;

/// Blocks whose median time a new block must exceed.
inline constexpr std::size_t kMedianTimeSpanBlocks = 11;

/// Solve times that the lwma rule weighs.
inline constexpr std::size_t kLwmaWindowBlocks = 60;

/// With fewer solve times than this the lwma rule keeps to the initial target.
inline constexpr std::size_t kLwmaMinimumBlocks = 6;

/// The headers that the rules look back on: lwma needs one more than it has solve times.
inline constexpr std::size_t kLookBackBlocks = kLwmaWindowBlocks + 1;

// -- specification --

/// A specification's JSON text; longer is refused.
inline constexpr std::size_t kMaxSpecSizeBytes = 64 * 1024;
inline constexpr std::size_t kMaxSpecNameSizeBytes = 64;
inline constexpr std::size_t kMaxOrganisers = 64;
/// Miner keys that a permissioned network lists: every header's key is looked for among them.
inline constexpr std::size_t kMaxMiners = 64;
inline constexpr std::int64_t kMinBlockIntervalMs = 10;
inline constexpr std::int64_t kMaxBlockIntervalMs = 24LL * 60 * 60 * 1000;
/// Under lwma. A block may be a minute ahead of the clock (kMinTimeAheadMs); were that more than the 6 intervals that
/// a solve time counts for at most, who forges times could slow the chain for good (to a third at 1 s).
inline constexpr std::int64_t kMinLwmaIntervalMs = 10'000;
/// A block must hold the largest transaction.
inline constexpr std::size_t kMinMaxBlockSizeBytes = 400'000;
/// End of the year 9999.
inline constexpr std::uint64_t kMaxTimeMs = 253'402'300'799'999;

// -- this node's own --

/// Ids in a locator we send; longer ones received are refused by the decoder. Enough for 2^90 blocks.
inline constexpr std::size_t kMaxLocatorSize = 101;

/// Headers in one answer; more is refused by the decoder, a longer chain is asked for again.
inline constexpr std::size_t kMaxHeadersPerMessage = 2000;

/// Blocks connected in one step (one atomic batch) while catching up; the rest waits for the next step.
inline constexpr std::size_t kMaxBlocksPerStep = 64;

/// A chain that leaves ours deeper than this is refused whatever its work: elections that old are settled (policy).
inline constexpr std::uint64_t kMaxReorganisationDepthBlocks = 100;

/// Header tips forgotten at most per connected block, once they are too deep to matter.
inline constexpr std::size_t kMaxTipsForgottenPerBlock = 16;

/// A block's time may be this far ahead of our clock, or three block intervals, whichever is more; later it may hold.
inline constexpr std::int64_t kMinTimeAheadMs = 60'000;

}  // namespace suara::chain
