// Bounds and times of synchronisation, with what happens there (values: Bitcoin Core).
#pragma once

#include "common/wire/limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace suara::sync {

using std::chrono::seconds;

/// An unanswered get_headers no longer keeps others from being asked; later, the silent peer is disconnected.
inline constexpr seconds kHeadersStall{5};
inline constexpr seconds kHeadersTimeout{30};

/// A peer whose headers were too far ahead in time is asked again after this.
inline constexpr seconds kHeadersRetry{30};

/// A node that has once caught up takes itself for in sync up to this many blocks behind the best header: a peer's
/// empty claims, or a header whose block is withheld, do not keep it from mining.
inline constexpr std::uint64_t kBehindBlocks = 16;

/// Blocks in flight from one peer. It is asked for more once at most half of them are, so that a message asks for
/// several.
inline constexpr std::size_t kMaxBlocksInFlight = wire::kMaxBlocksPerRequest;

/// A get_compact that is not answered for this long goes to another announcer, and its peer is asked for nothing
/// compactly for as long as the second says: its blocks are then asked for by their headers, as of any other peer.
inline constexpr seconds kCompactTimeout{2};
inline constexpr seconds kCompactPause{64};

/// New blocks that one peer announced and that are asked for compactly, of it or of others; what it announces beyond is
/// asked for by its headers. No more than messages of a peer whose seals may wait (node::kMaxHeaderMessagesPerPeer).
inline constexpr std::size_t kMaxCompactPerPeer = 2;

/// Blocks that came compactly and lack transactions (up to 4 MB each); and questions for such transactions that one
/// peer has not answered. Above the first the oldest is asked for whole, above the second the newest.
inline constexpr std::size_t kMaxPartialBlocks = 4;

/// Places in blocks that one peer was asked for and has not answered: of one block as many as it has. It counts what
/// waits (p2p::kMaxServeQueue). A block that lacks more is asked for whole.
inline constexpr std::size_t kMaxPlacesInFlight = wire::kMaxTransactionsPerCompact;

/// A peer that says it does not have a block is asked for it again after this: it may have told of it before it was on
/// its disk.
inline constexpr seconds kNotFoundRetry{10};

/// How far downloads run ahead of the first missing block.
inline constexpr std::size_t kDownloadWindow = 1024;

/// A peer that delivers nothing for this long loses its slots when another could serve; doubles each time.
inline constexpr seconds kFirstStall{2};
inline constexpr seconds kLastStall{64};

/// Bodies received and not yet connected, encoded; above it no more are asked for. In memory they
/// are about three times that when they are votes, and up to seven times.
inline constexpr std::size_t kMaxPendingBodiesSizeBytes = 32 * 1024 * 1024;

/// Batches of headers and blocks on their way to the disk, and the bytes of all that is, above which no more of either
/// are asked for. Empty blocks come faster than a disk syncs: so many that one sync's worth does not hold them up.
inline constexpr std::size_t kMaxBatchesInFlight = 1024;
inline constexpr std::size_t kMaxBytesInFlight = 32 * 1024 * 1024;

/// The same, for mining: on a full disk a miner would else extend a chain that nobody is told of, and tell all at once.
inline constexpr std::size_t kMaxBatchesInFlightToMine = 8;

/// Headers of a chain with less work than the node's minimum: what one peer's may cost in memory, the
/// messages that are being looked at aside.
inline constexpr std::size_t kMaxLowWorkSizeBytes = 2 * 1024 * 1024;

/// How many of them there are to an id that is remembered, at first; how many ids; and, when those are used up and
/// every second is forgotten, how many headers there are to one at most (67 million headers). A longer chain is given
/// up.
inline constexpr std::size_t kHeadersPerMark = 256;
inline constexpr std::size_t kMaxMarks = 16'384;
inline constexpr std::size_t kMaxHeadersPerGroup = 4096;

/// A peer whose headers are only counted, if we dialed it, is preferred to others for so long; then they take turns.
inline constexpr seconds kCountingTurn{10};

/// With several peers, bodies wait so long for the headers of all that claim more work: else whose chain is weaker, but
/// comes first, could lead too far astray to turn back.
inline constexpr seconds kHeadersFirst{30};

}  // namespace suara::sync
