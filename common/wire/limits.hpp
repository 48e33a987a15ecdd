// Every bound of the line protocols, with what happens there.
#pragma once

#include <cstddef>

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

}  // namespace suara::wire
