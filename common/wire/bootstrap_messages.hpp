// What peers and clients say to a bootstrap server, and back, as plain structs. The bytes are in
// proto-docs/bootstrap.md; the classic flavours v0, v1 and v2 in its section "Classic clients".
#pragma once

#include "common/crypto/p256.hpp"
#include "common/util/result.hpp"
#include "common/util/time.hpp"
#include "common/wire/address.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace suara::wire {

/// How a row came into the directory; it decides the shape of what its peer is told.
enum class Flavour : std::uint8_t { kClassicV0 = 0, kClassicV1 = 1, kClassicV2 = 2, kNative = 3 };

/// Whether the server has reached the peer at the address it registered.
enum class RowState : std::uint8_t {
  kUnverified = 0,
  kVerified = 1,
  kUnchecked = 2,  ///< and never will: the server runs with `--verify off`
};
/// As messages carry it. What is absent, or named otherwise, is read as "unverified".
std::string_view text_of(RowState state);

/// What a peer says of itself when it registers.
struct PeerStatus {
  std::uint64_t height_blocks = 0;
  std::string tip;            ///< block id in hex, or empty
  std::string agent;          ///< program and version, at most 64 printable bytes
  std::uint64_t time_ms = 0;  ///< its wall clock when it wrote this
};

/// Who asks: a signature by the key a row belongs to, or by the server's admin (request_signing.hpp).
struct Authorization {
  PublicKey key;
  std::uint64_t sequence = 0;  ///< greater than in any signed request about the row before, so nothing replays
  Signature signature;
};

// ---- requests ----------------------------------------------------------------------------------------------

struct Register {
  Flavour flavour = Flavour::kNative;
  Address address;
  std::string network;               ///< network id in hex; empty for classic clients
  std::optional<PeerStatus> status;  ///< native only
  std::string classic_key;           ///< v2 only: opaque bytes, at most kMaxClassicKeySizeBytes
  std::optional<Authorization> authorization = std::nullopt;  ///< native only
};

/// GetPeers::network, for paging through all networks at once. From the server's own host only.
inline constexpr std::string_view kEveryNetwork = "*";

struct GetPeers {
  bool native = true;  ///< classic clients get a bare array of the network named ""
  std::string network;
  std::uint32_t limit = 0;           ///< 0: the server's cap
  std::optional<std::string> after;  ///< paging: the cursor of the previous page; "" for the first page
};

struct Remove {
  Flavour flavour = Flavour::kNative;
  Address address;
  std::string network;
  std::optional<Authorization> authorization = std::nullopt;  ///< native only
};

struct Subscribe {
  std::string network;
  std::optional<std::uint64_t> since_revision;  ///< resume after this revision; absent: from now on
};

/// What does the server know of this address?
struct Inspect {
  Address address;
  std::string network;
};

struct Ping {};

using BootstrapRequest = std::variant<Register, GetPeers, Remove, Subscribe, Inspect, Ping>;

// ---- replies and events --------------------------------------------------------------------------------------

struct Registered {
  Address address;
  bool refreshed = false;             ///< the row was there already
  std::uint32_t ttl_seconds = 0;      ///< the lease granted
  std::uint32_t refresh_seconds = 0;  ///< register again after about this long
  std::string observed;               ///< the caller's address as the server sees it, ip:port
  RowState state = RowState::kUnverified;
  std::uint64_t revision = 0;
  std::vector<Address> others = {};  ///< more bootstrap servers, at most kMaxOtherServers
};

struct PeerEntry {
  Address address;
  std::string network;
  RowState state = RowState::kUnverified;
  std::uint64_t first_seen_ms = 0;
  std::uint64_t lease_left_ms = 0;  ///< 0: no lease (classic)
  std::optional<PeerStatus> status;
  std::optional<std::int64_t> clock_offset_ms = std::nullopt;  ///< status.time_ms minus the server's clock on receipt
  std::optional<PublicKey> key = std::nullopt;                 ///< whom the row belongs to
};

struct Peers {
  std::vector<PeerEntry> peers;
  std::uint64_t revision = 0;
  std::optional<std::string> next;  ///< cursor of the next page while paging and there is one
};

struct Removed {
  Address address;
  std::uint64_t revision = 0;
};

/// `reset`: the revision asked for is no longer kept; read the list again.
struct Subscribed {
  std::uint64_t revision = 0;
  bool reset = false;
};

struct PeerJoined {
  Address address;
  std::string network;
  std::uint64_t revision = 0;
  RowState state = RowState::kUnverified;
};

enum class LeaveReason : std::uint8_t { kRemoved = 0, kExpired = 1, kUnreachable = 2 };
inline constexpr std::size_t kLeaveReasons = 3;
std::string_view text_of(LeaveReason reason);

struct PeerLeft {
  Address address;
  std::string network;
  LeaveReason reason = LeaveReason::kRemoved;
  std::uint64_t revision = 0;
};

/// The server's last attempt to reach an address.
struct LastCheck {
  std::uint64_t time_ms = 0;
  bool ok = false;
  std::string error;           ///< why not, a sentence
  std::uint32_t failures = 0;  ///< in a row
};

struct Inspected {
  Address address;
  std::string network;
  std::string observed;  ///< the caller's address as the server sees it, ip:port
  bool registered = false;

  // where registered, as in PeerEntry:
  RowState state = RowState::kUnverified;
  std::uint64_t first_seen_ms = 0;
  std::uint64_t lease_left_ms = 0;
  std::string source_host = {};  ///< who registered it, as the server saw them
  bool has_key = false;
  std::optional<PeerStatus> status = std::nullopt;
  std::optional<std::int64_t> clock_offset_ms = std::nullopt;

  std::optional<LastCheck> check = std::nullopt;  ///< where there was one
};

struct Pong {};

/// `code` is stable, `message` says what was wrong and what would be right.
struct ErrorReply {
  std::string code;
  std::string message;
  std::optional<std::uint64_t> retry_after_ms = std::nullopt;  ///< with `rate_limited`
  std::optional<std::uint64_t> sequence = std::nullopt;        ///< with `stale_sequence`: use a greater one
};

using BootstrapReply =
    std::variant<Registered, Peers, Removed, Subscribed, PeerJoined, PeerLeft, Inspected, Pong, ErrorReply>;

// ---- codec ---------------------------------------------------------------------------------------------------

/// One complete JSON object (no newline needed) from a client of any flavour.
Result<BootstrapRequest> decode_bootstrap_request(std::string_view object);

/// One line of a server's native answers, as peers and admin-client read it.
Result<BootstrapReply> decode_bootstrap_reply(std::string_view line);

/// Native requests; the flavour members must say so. The line ends with '\n'.
std::string encode(const BootstrapRequest& request);
std::string encode(const BootstrapReply& reply);

}  // namespace suara::wire
