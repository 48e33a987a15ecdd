// One peer in the directory.
#pragma once

#include "common/wire/bootstrap_messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suara::directory {

struct Row {
  wire::Address address;
  std::string network;  ///< hex, or empty
  wire::Flavour flavour = wire::Flavour::kNative;
  /// Lists show it, and subscribers have been told; else it waits for its first check (`--verify require`).
  bool listed = true;
  bool verified = false;  ///< somebody was there when it was checked
  std::uint64_t first_seen_ms = 0;
  std::uint64_t lease_ends_ms = 0;  ///< 0: no lease
  std::uint64_t next_check_ms = 0;  ///< 0: none is due
  std::uint64_t last_check_ms = 0;  ///< 0: never checked
  std::uint8_t failures = 0;        ///< checks that failed in a row
  std::string check_error;          ///< why the last one failed, at most kMaxCheckErrorSizeBytes
  /// Where it stands in kDeadlines: not later than its deadline, unless it is held. 0: it is not in the store yet.
  std::uint64_t due_ms = 0;
  std::string source_host;  ///< who registered it first, as the server saw them
  std::string classic_key;  ///< v2's opaque `publicKey`
  std::optional<wire::PeerStatus> status;
  std::optional<std::int64_t> clock_offset_ms;  ///< status->time_ms minus ours when it came
  std::optional<PublicKey> key;                 ///< whom the row belongs to: its changes need this key's signature
  std::uint64_t sequence = 0;                   ///< of the key's last request that was acted on
};

/// What is kept of an error's text; the rest is cut off.
inline constexpr std::size_t kMaxCheckErrorSizeBytes = 120;

/// When nothing is due. Such rows stand in kDeadlines too, for a server with another policy to find them.
inline constexpr std::uint64_t kNeverMs = (1ULL << 48U) - 1;

/// The end of its lease or its next check, whichever comes first, or kNeverMs.
std::uint64_t deadline_of(const Row& row);

/// The value under peer_key; network and address are in the key, `listed` is in the family.
std::string encode_row(const Row& row);
/// Both as they were written: anything else is a broken invariant.
Row decode_row(std::string_view key, std::string_view value);

}  // namespace suara::directory
