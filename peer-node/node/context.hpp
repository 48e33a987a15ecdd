// What the parts of the node share: the present event's time and actions, the store with what is on its way there, the
// chain, the mempool and the peers.
#pragma once

#include "common/store/overlay.hpp"
#include "common/util/rng.hpp"
#include "common/util/time.hpp"
#include "common/wire/bootstrap_messages.hpp"
#include "peer-node/chain/chain_state.hpp"
#include "peer-node/mempool/mempool.hpp"
#include "peer-node/node/limits.hpp"
#include "peer-node/node/mempool_journal.hpp"
#include "peer-node/node/node.hpp"
#include "peer-node/node/outbox.hpp"
#include "peer-node/node/recent_blocks.hpp"
#include "peer-node/node/verification.hpp"
#include "peer-node/p2p/ban_list.hpp"
#include "peer-node/p2p/discouragement.hpp"
#include "peer-node/p2p/peer_set.hpp"
#include "peer-node/store/schema.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace suara::node {

/// Headers' rows are looked at a dozen times each while their blocks are fetched and connected.
inline store::RowCache::Options rows_at_hand() {
  return {{node_store::kHeaders, node_store::kHeaderHeights, node_store::kHeights}, kMaxRowsAtHand};
}

struct Context {
  Context(Options given, const store::StoreView& store, Rng& randomness, Now start, NetworkId id)
      : options(std::move(given)), rng(randomness), now(start), overlay(store, rows_at_hand()), network(id) {
    bans.load(overlay);
  }

  Options options;
  Rng& rng;
  Now now;  ///< of the present event
  Outbox out;
  Meter meter;
  store::Overlay overlay;
  NetworkId network;
  std::unique_ptr<chain::ChainState> chain;   ///< null until the specification is known
  std::unique_ptr<mempool::Mempool> mempool;  ///< likewise
  MempoolJournal journal;                     ///< of the mempool
  RecentBlocks recent;
  p2p::PeerSet peers;
  p2p::Discouragement discouragement;
  p2p::BanList bans;
  Verification verification;
  std::vector<ConnectionId> dropped;  ///< by this event; the node tells its parts when the event is done
  bool stopping = false;

  /// Hands the draft's writes to the store; nullopt when there are none.
  std::optional<StoreToken> commit(store::Draft& draft);
  std::optional<StoreToken> commit(store::WriteBatch batch);
  /// The newest batch that is not durable yet: what the overlay shows is durable once this one is.
  [[nodiscard]] std::optional<StoreToken> newest_in_flight() const;

  /// Ends a connection: says why to the peer and to the log. Nothing of it is listened to any more. A violation is
  /// remembered, unless the peer is one of the operator's.
  void drop(p2p::Peer& peer, const Error& why, Severity severity = Severity::kWarning);
  /// Likewise with the politeness of a bye.
  void part(p2p::Peer& peer, const std::string& reason);

  [[nodiscard]] wire::PeerStatus status() const;

  /// One of the operator's own peers, as far as its host can tell.
  [[nodiscard]] bool is_static_host(const std::string& host) const;
  /// The peer is who the subject names, by its key (proven or not) or its host.
  [[nodiscard]] static bool names(const p2p::BanSubject& subject, const p2p::Peer& peer);
  [[nodiscard]] bool is_banned(const p2p::Peer& peer) const;
  /// By its key or its host.
  [[nodiscard]] bool is_discouraged(const p2p::Peer& peer) const;

 private:
  void remember_violation(const p2p::Peer& peer);

  std::uint64_t next_token_ = 1;
};

}  // namespace suara::node
