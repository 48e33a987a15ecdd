#include "peer-node/p2p/peer_set.hpp"

#include "common/util/check.hpp"

#include <algorithm>

namespace suara::p2p {

Peer& PeerSet::add(Peer peer) {
  const ConnectionId id = peer.connection;
  const auto [entry, inserted] = peers_.emplace(id, std::move(peer));
  CHECK(inserted);
  return entry->second;
}

Peer* PeerSet::find(ConnectionId connection) {
  const auto entry = peers_.find(connection);
  return entry == peers_.end() ? nullptr : &entry->second;
}

Peer* PeerSet::find_ready(ConnectionId connection) {
  Peer* peer = find(connection);
  return peer != nullptr && peer->ready && !peer->closing ? peer : nullptr;
}

namespace {

template <class Predicate>
std::size_t count(const std::map<ConnectionId, Peer>& peers, const Predicate& predicate) {
  return static_cast<std::size_t>(std::ranges::count_if(
      peers, [&](const auto& entry) { return !entry.second.closing && predicate(entry.second); }));
}

}  // namespace

std::size_t PeerSet::outbound() const {
  return count(peers_, [](const Peer& peer) { return !peer.inbound() && !peer.is_static && !peer.is_feeler; });
}
std::size_t PeerSet::outbound_into(const NetGroup& group) const {
  return count(peers_, [&](const Peer& peer) {
    return !peer.inbound() && !peer.is_static && !peer.is_feeler && peer.group == group;
  });
}
std::size_t PeerSet::inbound_ready() const {
  return count(peers_, [](const Peer& peer) { return peer.inbound() && !peer.is_static && peer.ready; });
}
std::size_t PeerSet::inbound_handshaking() const {
  return count(peers_, [](const Peer& peer) { return peer.inbound() && !peer.ready; });
}
std::size_t PeerSet::ready() const {
  return count(peers_, [](const Peer& peer) { return peer.ready; });
}

bool PeerSet::connected_to(const wire::Address& address) const {
  return std::ranges::any_of(peers_, [&](const auto& entry) {
    const Peer& peer = entry.second;
    if (peer.closing) return false;
    return peer.dialed == address || (peer.ready && peer.remote_host == address.host && peer.address() == address);
  });
}

const Peer* PeerSet::same_node(const Peer& peer) const {
  const PublicKey& key = peer.handshake.theirs()->node_key;
  for (const auto& [id, other] : peers_) {
    if (id != peer.connection && other.ready && !other.closing && other.handshake.theirs()->node_key == key) {
      return &other;
    }
  }
  return nullptr;
}

bool newer_is_duplicate(const PublicKey& self, const Peer& older, const Peer& newer) {
  if (older.inbound() == newer.inbound()) return !newer.inbound();
  const bool we_are_smaller = self < newer.handshake.theirs()->node_key;
  return newer.inbound() == we_are_smaller;
}

}  // namespace suara::p2p
