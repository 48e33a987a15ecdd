// From a bare connection to a proven peer, and its upkeep: who speaks (native or classic), handshake, duplicates, caps,
// pings. What a proven peer says is the node's business. A bootstrap server that dials back is answered in passing.
#pragma once

#include "common/crypto/nonce.hpp"
#include "peer-node/classic/classic_request.hpp"
#include "peer-node/node/context.hpp"
#include "peer-node/node/limits.hpp"
#include "peer-node/node/peer_finding.hpp"

#include <map>
#include <optional>
#include <string>

namespace suara::node {

class Connections {
 public:
  Connections(Context& context, PeerFinding& finding)
      : context_(context), finding_(finding), group_key_(fresh_nonce(context.rng)) {}

  void accepted(const Accepted& event);
  void dialed(const Dialed& event);
  void disconnected(ConnectionId connection);
  void bad_line(const BadLine& event);

  /// A line of somebody who is no peer yet: the first of a connection decides what it is. False when the connection is
  /// not of that kind.
  bool stranger(ConnectionId connection, std::string_view line);

  /// Hello and proof; true when the peer has just become ready. Errors end the connection.
  bool handshake(p2p::Peer& peer, const wire::peer::Message& message);

  void pong(p2p::Peer& peer, const wire::peer::Pong& message);

  /// The peer says error, which is the last that a peer says: one line in the log, not as many as it likes.
  void refused_by(p2p::Peer& peer, const wire::peer::ErrorMessage& error);

  /// Pings, and what is overdue.
  void drive();
  [[nodiscard]] std::optional<Instant> deadline() const;

  void shut_down();
  [[nodiscard]] std::size_t strangers() const { return strangers_.size() + classic_.size(); }

 private:
  struct Stranger {
    std::string host;
    std::uint16_t port = 0;
    Instant since;
  };

  struct Classic {
    std::string host;
    bool chain_refused = false;  // and said so
  };

  bool make_room_for(const std::string& remote);
  void send_hello(const p2p::Peer& peer);
  void send_ping(p2p::Peer& peer);
  bool hello(p2p::Peer& peer, const wire::peer::Hello& message);
  bool proof(p2p::Peer& peer, const wire::peer::HelloProof& message);
  bool admit(p2p::Peer& peer);
  /// There is a place for the peer, or somebody gives way.
  bool has_place(const p2p::Peer& peer);
  bool evict();
  /// Of the network this host is in; see EvictionCandidate::group.
  [[nodiscard]] std::uint64_t keyed_group(const std::string& host) const;
  /// Turns the host away before anything of it is read.
  bool turn_away(const Accepted& event);
  bool refuse_unwelcome(p2p::Peer& peer);
  [[nodiscard]] bool passes_for_static(const p2p::Peer& peer) const;
  bool survives_duplicates(p2p::Peer& peer);
  void refuse(p2p::Peer& peer, const Error& why);
  bool dial_back(ConnectionId connection, const std::string& host, std::string_view line);
  void classic_line(ConnectionId connection, Classic& client, const classic::Request& request);
  [[nodiscard]] static Instant silent_until(const p2p::Peer& peer);
  [[nodiscard]] std::optional<Instant> deadline_of(const p2p::Peer& peer) const;

  Context& context_;
  PeerFinding& finding_;
  std::map<ConnectionId, Stranger> strangers_;
  std::map<ConnectionId, Classic> classic_;
  Hash256 group_key_;
  std::optional<Instant> evicted_at_;  // somebody, last
  std::size_t dial_backs_left_ = kMaxDialBacksAtOnce;
  Instant dial_backs_counted_at_{};
};

}  // namespace suara::node
