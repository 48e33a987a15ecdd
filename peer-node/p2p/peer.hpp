// Everything this node keeps about one native connection. Gone when the connection is.
#pragma once

#include "common/util/strong_id.hpp"
#include "common/util/time.hpp"
#include "peer-node/chain/header.hpp"
#include "peer-node/p2p/address_allowance.hpp"
#include "peer-node/p2p/announce_queue.hpp"
#include "peer-node/p2p/handshake.hpp"
#include "peer-node/p2p/known_ids.hpp"
#include "peer-node/p2p/net_group.hpp"
#include "peer-node/p2p/ping_clock.hpp"
#include "peer-node/p2p/serve_queue.hpp"

#include <optional>
#include <string>

namespace suara::p2p {

struct Peer {
  Peer(ConnectionId id, Handshake hands, std::string remote_text, std::string host, Instant now)
      : connection(id),
        handshake(std::move(hands)),
        remote(std::move(remote_text)),
        remote_host(std::move(host)),
        connected_at(now),
        heard_at(now),
        addresses(now) {}

  ConnectionId connection;
  Handshake handshake;
  std::string remote;                   ///< where it is, for people
  std::string remote_host;              ///< its address literal, as the connection has it
  std::optional<wire::Address> dialed;  ///< outbound only
  std::optional<NetGroup> group;        ///< of the host that was dialed, as it was resolved; outbound only
  bool is_static = false;               ///< given by the operator: exempt from caps
  bool is_feeler = false;               ///< dialed to see whether it answers: ended before our proof
  Instant connected_at;
  bool ready = false;       ///< both proofs hold, and it is not a duplicate
  bool closing = false;     ///< Close was asked for; what still arrives is ignored
  bool misbehaved = false;  ///< and that was its fault
  std::string end_reason;   ///< for people, once it is closing
  bool excused = false;     ///< its end says nothing against its address

  Instant heard_at;             ///< of its last line
  bool pinged = false;          ///< since then
  std::uint64_t next_ping = 1;  ///< of those that pace bodies
  PingClock ping;               ///< of all others

  std::optional<Instant> last_block_at;        ///< of the latest block that was news
  std::optional<Instant> last_transaction_at;  ///< of the latest transaction that was

  /// What its hello said the time was, and when that came; none: it did not say.
  struct ClockReading {
    WallTime theirs;
    Instant at;
  };
  std::optional<ClockReading> clock;

  std::uint64_t height = 0;  ///< the best it has told of
  KnownIds known_blocks{1'024};
  KnownIds known_transactions;
  AnnounceQueue announcements;
  ServeQueue serve;
  AddressAllowance addresses;
  std::optional<Instant> peers_answered_at;
  std::optional<Instant> mempool_answered_at;
  bool mempool_asked = false;
  std::uint64_t ignored = 0;  ///< messages of unknown types

  [[nodiscard]] bool inbound() const { return handshake.role() == Role::kAcceptor; }
  /// Where others can dial it: what it says of itself, or where we did.
  [[nodiscard]] std::optional<wire::Address> address() const {
    if (handshake.theirs() && handshake.theirs()->listen) return handshake.theirs()->listen;
    return dialed;
  }
  [[nodiscard]] std::string name() const {
    const auto known = address();
    return known ? known->text() : remote;
  }
};

}  // namespace suara::p2p
