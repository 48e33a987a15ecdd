// The native connections there are, in order of their ids, and the rule for two connections to the same node.
#pragma once

#include "peer-node/p2p/peer.hpp"

#include <map>

namespace suara::p2p {

class PeerSet {
 public:
  Peer& add(Peer peer);
  void erase(ConnectionId connection) { peers_.erase(connection); }
  [[nodiscard]] Peer* find(ConnectionId connection);
  /// The same, but only when it is ready and not being closed.
  [[nodiscard]] Peer* find_ready(ConnectionId connection);
  [[nodiscard]] const std::map<ConnectionId, Peer>& all() const { return peers_; }
  [[nodiscard]] std::map<ConnectionId, Peer>& all() { return peers_; }

  /// Connections that count against the caps: not static, not closing.
  [[nodiscard]] std::size_t outbound() const;
  [[nodiscard]] std::size_t inbound_ready() const;
  [[nodiscard]] std::size_t inbound_handshaking() const;
  [[nodiscard]] std::size_t ready() const;

  /// Outbound connections from the book into this group.
  [[nodiscard]] std::size_t outbound_into(const NetGroup& group) const;

  /// Some open connection leads to this address already: dialed there, or from a proven peer that says it listens there
  /// and is at that host. What others say of themselves would keep the node from dialing whom they like.
  [[nodiscard]] bool connected_to(const wire::Address& address) const;
  /// Another ready connection to the same node, by its proven key.
  [[nodiscard]] const Peer* same_node(const Peer& peer) const;

 private:
  std::map<ConnectionId, Peer> peers_;
};

/// Of two connections to one node: true when the newer is the one to close. Both ends come to the same answer. Dialed
/// by different ends, the one dialed by the smaller key stays. Both dialed by us: the older stays; our proof has not
/// been sent on the newer, so the other end never counted it. Both dialed by them: the newer stays, for a node that
/// dials again has lost the older.
[[nodiscard]] bool newer_is_duplicate(const PublicKey& self, const Peer& older, const Peer& newer);

}  // namespace suara::p2p
