// Which announced transactions to ask from whom: each from one peer at a time, from the next announcer when one does
// not answer. Bounded in all by kMaxTransactionsRequested and per peer by a request in flight. When full, whoever has
// the most in line makes place: ids cost nothing to invent, and must not keep out what others announce.
#pragma once

#include "common/crypto/sha256.hpp"
#include "common/util/strong_id.hpp"
#include "common/util/time.hpp"
#include "peer-node/p2p/limits.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace suara::p2p {

class TransactionRequests {
 public:
  /// A ready peer says it has a transaction that this node does not.
  void announced(ConnectionId peer, const Hash256& id);
  /// It is here, or no longer of interest. False when nobody had announced it.
  bool settled(const Hash256& id);
  /// The peer does not have it after all: the next announcer's turn.
  void not_found(ConnectionId peer, const Hash256& id);
  void remove_peer(ConnectionId peer);
  [[nodiscard]] bool contains(const Hash256& id) const { return entries_.contains(id); }

  /// What to ask for now, each list within kMaxTransactionsPerRequest; also moves on from peers that timed out.
  std::map<ConnectionId, std::vector<Hash256>> due(Instant now);
  [[nodiscard]] std::optional<Instant> deadline() const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::vector<ConnectionId> announcers;
    std::optional<ConnectionId> asked;
    Instant asked_at;
  };
  struct Peer {
    std::deque<Hash256> queue;  ///< announced by it; entries settled or asked elsewhere are skipped
    std::size_t in_flight = 0;
  };
  using Entries = std::map<Hash256, Entry>;

  bool make_room(ConnectionId peer);
  void next_announcer(Entries::iterator entry, ConnectionId failed);
  void unask(const Hash256& id, Entry& entry);

  Entries entries_;
  std::map<ConnectionId, Peer> peers_;
  std::set<std::pair<Instant, Hash256>> asked_;  // oldest first
};

}  // namespace suara::p2p
