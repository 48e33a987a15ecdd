// Whom to ask for headers. One peer at a time, so that the same headers are not fetched eight times over; a silent one
// holds the others up for kHeadersStall at most, and a liar about its work until its first answer.
#pragma once

#include "common/util/strong_id.hpp"
#include "common/util/time.hpp"
#include "peer-node/chain/header.hpp"
#include "peer-node/sync/limits.hpp"

#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace suara::sync {

class HeaderSync {
 public:
  /// `work`: what its hello claims.
  void add_peer(ConnectionId peer, chain::Uint256 work);
  void remove_peer(ConnectionId peer);

  /// It has a block that we do not know.
  void announced(ConnectionId peer, const chain::BlockId& id);
  /// Announcements of blocks that are known by now: who has them. They are not asked for any more.
  std::vector<std::pair<ConnectionId, chain::BlockId>> take_known(
      const std::function<bool(const chain::BlockId&)>& is_known);

  struct Ask {
    ConnectionId peer;
    std::optional<chain::BlockId> after;  ///< the last header it sent: goes first in the locator
  };
  /// Who to ask now; marks it asked. `best_work`: of our best header.
  std::optional<Ask> next(const chain::Uint256& best_work, Instant now);

  /// It answered. `last`: the last header taken from the answer, with its accumulated work; `more`: the answer was
  /// full. A peer that has no more has shown all its work. False when it had not been asked.
  bool answered(ConnectionId peer, const std::optional<chain::BlockId>& last, const chain::Uint256& last_work,
                bool more);
  /// Its further headers are too far ahead in time: asked again later.
  void postpone(ConnectionId peer, Instant now);

  /// Peers that have not answered for kHeadersTimeout.
  [[nodiscard]] std::vector<ConnectionId> silent(Instant now) const;
  [[nodiscard]] std::optional<Instant> deadline(Instant now) const;

  /// The most work any peer is known or said to have.
  [[nodiscard]] chain::Uint256 most_work() const;
  [[nodiscard]] std::size_t peers() const { return peers_.size(); }

 private:
  struct Peer {
    chain::Uint256 work;  ///< claimed at first, then shown
    std::optional<chain::BlockId> wanted;
    std::optional<chain::BlockId> after;
    bool fresh = true;   ///< never asked: a chain with as much work as ours may still be another
    bool more = false;   ///< its last answer was full
    bool again = false;  ///< its last answer could not be taken whole yet
    std::optional<Instant> asked_at;
    Instant not_before;
  };

  std::map<ConnectionId, Peer> peers_;
};

}  // namespace suara::sync
