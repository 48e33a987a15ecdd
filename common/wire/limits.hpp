// Every bound of the line protocols, with what happens there.
#pragma once

#include <cstddef>
#include <cstdint>

namespace suara::wire {

/// A host name or address literal (RFC 1035's 253 octets); longer is refused.
inline constexpr std::size_t kMaxHostSizeBytes = 253;

/// A line before the sender has proved anything, and every line to a bootstrap server; longer disconnects.
inline constexpr std::size_t kMaxUntrustedLineSizeBytes = 64 * 1024;

/// A line from a bootstrap server, which clients chose to trust that far; servers keep their answers below it.
inline constexpr std::size_t kMaxBootstrapReplySizeBytes = 1024 * 1024;

/// A line from a peer after its hello; longer disconnects. Holds a block of 4 MB less its base64 third.
inline constexpr std::size_t kMaxPeerLineSizeBytes = 4 * 1024 * 1024;

/// Nesting of a JSON document; deeper is refused before anything is built from it.
inline constexpr std::size_t kMaxJsonDepth = 16;

/// The opaque public key of a classic v2 registration; longer is refused.
inline constexpr std::size_t kMaxClassicKeySizeBytes = 1024;

/// What a peer calls its program (`agent`), and a paging cursor; longer is refused.
inline constexpr std::size_t kMaxAgentSizeBytes = 64;
inline constexpr std::size_t kMaxCursorSizeBytes = 1024;

/// Peers in one answer; a larger directory answers with a fair sample.
inline constexpr std::size_t kMaxPeersPerAnswer = 1000;

/// Other bootstrap servers that an answer names; more are refused as configuration.
inline constexpr std::size_t kMaxOtherServers = 16;

// ---- peer messages: more than this in one message is a violation and disconnects -------------------------------

inline constexpr std::size_t kHeaderSizeBytes = 96;

/// Headers in one answer; a full answer means that there may be more.
inline constexpr std::size_t kMaxHeadersPerMessage = 2000;

/// Ids in one announcement, blocks and transactions each; more are announced in several.
inline constexpr std::size_t kMaxAnnouncedIds = 50'000;

/// Entries of a block locator.
inline constexpr std::size_t kMaxLocatorSize = 101;

/// Blocks asked for in one message, and in flight from one peer.
inline constexpr std::size_t kMaxBlocksPerRequest = 16;

/// Transactions of a block that is sent compactly, and asked for of one; no block has more.
inline constexpr std::size_t kMaxTransactionsPerCompact = 20'000;

/// Transactions asked for in one message, and in one answer.
inline constexpr std::size_t kMaxTransactionsPerRequest = 1000;

/// Addresses in one message; a larger address book answers with a sample.
inline constexpr std::size_t kMaxAddressesPerMessage = 1000;

/// Protocol versions in a hello.
inline constexpr std::size_t kMaxVersions = 16;

/// Codes, reasons and sentences of bye and error; longer ones are cut when sent, refused when received.
inline constexpr std::size_t kMaxReasonSizeBytes = 1024;
/// A time in milliseconds since 1970: the end of the year 9999; later is refused, and nothing overflows.
inline constexpr std::uint64_t kMaxTimeMs = 253'402'300'799'999;

/// A chain specification as JSON.
inline constexpr std::size_t kMaxSpecSizeBytes = 64 * 1024;

}  // namespace suara::wire
