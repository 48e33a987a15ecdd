// Bounds of the node's own work, with what happens there.
#pragma once

#include <chrono>
#include <cstddef>

namespace suara::node {

/// Signatures in one job for a worker: small enough that a block's spread over all of them.
inline constexpr std::size_t kChecksPerJob = 256;

/// Signature checks under way; above it submitted transactions are refused, and those of peers not asked for.
inline constexpr std::size_t kMaxPendingChecks = 50'000;

/// Seals of received headers under way at a time, over all peers: two full messages, about 250 ms of one worker.
/// Messages beyond wait their turn.
inline constexpr std::size_t kMaxSealChecks = 4000;

/// Header messages of one peer whose seals are not all checked (up to half a megabyte each); one more disconnects it.
/// It is asked for headers only when it has none waiting.
inline constexpr std::size_t kMaxHeaderMessagesPerPeer = 2;

/// Answers to submissions that wait for the disk; above it further submissions are refused, while those whose
/// signatures are under way still join.
inline constexpr std::size_t kMaxUnstoredAnswers = 50'000;

/// The miner's block is renewed at most this often because the mempool has grown.
inline constexpr std::chrono::milliseconds kTemplateInterval{250};

/// And at least this often, so that its time keeps up.
inline constexpr std::chrono::seconds kTemplateAge{5};

/// A block due later than this is looked at again meanwhile (clocks are set).
inline constexpr std::chrono::minutes kLongestLook{1};

/// Senders of bodies that are not connected yet, remembered to know whom to blame; beyond it one is forgotten.
inline constexpr std::size_t kMaxBodySources = 4096;

/// Blocks that others were told of lately and that are handed out compactly (up to 3 MB each, 10 MB in memory); older
/// ones are asked for whole.
inline constexpr std::size_t kMaxRecentBlocks = 4;

/// Blocks that turned out not to hold after others may have passed them on, remembered so that nobody is blamed for
/// them; the oldest are forgotten. Each costs its maker a block's work.
inline constexpr std::size_t kMaxExcusedBlocks = 64;

/// Rows of headers and heights kept in memory, about 350 bytes each; those not looked at for longest make room. More
/// than the headers that arrive while a whole window of blocks is fetched.
inline constexpr std::size_t kMaxRowsAtHand = 16'384;

/// Dial-backs answered for strangers, each with a signature (20 us): so many at once, then one per interval; more are
/// closed unanswered. The bootstrap servers this node talks to are not counted.
inline constexpr std::size_t kMaxDialBacksAtOnce = 100;
inline constexpr std::chrono::milliseconds kDialBackInterval{10};

/// Connections that the operator asked for and that are not ready yet; more are refused as busy.
inline constexpr std::size_t kMaxConnectCommands = 8;

/// A command whose sequence is further ahead of the clock is refused: obeyed, it would shut out all until then. One
/// that is as far behind is refused too: it could be one of long ago, if the row of the last one was lost.
inline constexpr std::chrono::hours kMaxCommandSequenceAhead{24};

/// Of how many outbound peers the median makes a clock offset; from fewer nothing follows.
inline constexpr std::size_t kMinClocks = 3;
/// Offsets from which on the operator is warned, and nothing is mined: a block's time may be 60 s ahead at least.
inline constexpr std::chrono::milliseconds kClockWarning{10'000};
inline constexpr std::chrono::milliseconds kClockRefusal{60'000};

/// A reorganisation at least this deep is reported as a warning.
inline constexpr std::size_t kDeepReorganisationBlocks = 6;

/// While catching up: how often the log tells how far it is; how often it is measured, and how many of the last
/// measurements its rate is made of.
inline constexpr std::chrono::seconds kProgressInterval{10};
inline constexpr std::chrono::seconds kSampleInterval{1};
inline constexpr std::size_t kSamples = 30;

/// So many block intervals without a block, while peers report more work, and others are tried; then again after twice
/// the time, and so on, doubled so often at most.
inline constexpr int kStaleTipIntervals = 10;
inline constexpr int kMaxStaleTipDoublings = 6;

/// When all outbound places are taken, one more peer is dialed now and then, after a time drawn between the two, and
/// looked at for so long.
inline constexpr std::chrono::seconds kLookOutAtLeast{120};
inline constexpr std::chrono::seconds kLookOutAtMost{480};
inline constexpr std::chrono::seconds kLookOutFor{60};

}  // namespace suara::node
