// Whom to ask for headers. One peer at a time, so that the same headers are not fetched eight times over.
//
// A peer may claim any work and answer slowly, with nothing, or with the same headers again and again, and must not
// keep the honest from being asked: a silent one holds the others up for kHeadersStall at most, a claim counts until
// its first answer, a full answer is followed up only when it led further, and whose last answer brought nothing new
// waits behind the others. Nor must many together, who come again as soon as they are disconnected: while anybody is
// silent, those we dialed go first, of them and of the others who has answered before, and then who has waited longest,
// whatever they claim.
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
  /// `work`: what its hello claims. `dialed`: we chose it.
  void add_peer(ConnectionId peer, chain::Uint256 work, bool dialed = false);
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

  /// It has answered fully, and is asked for what follows before that answer is looked at: while we look, it prepares
  /// the next. Only of a peer that is asked. When there turns out to be nothing to follow, that question is void.
  void ask_ahead(ConnectionId peer, Instant now);
  /// Whether what it sends now is the answer to a question that became void: answers come in the order of questions.
  bool passes_over(ConnectionId peer);

  struct Answer {
    std::optional<chain::BlockId> last;  ///< the last header taken from it
    chain::Uint256 work;                 ///< accumulated up to there; without `last`, at our best header
    bool more = false;                   ///< there may be more
    bool news = false;                   ///< it led further than what was known
    bool anew = false;                   ///< `last` is further back than the one before: to be followed up from there
  };
  /// An answer of this peer is waited for.
  [[nodiscard]] bool asked(ConnectionId peer) const;
  /// It answered. A peer that has no more has shown all its work. False when it had not been asked.
  bool answered(ConnectionId peer, const Answer& answer, Instant now);
  /// Its further headers are too far ahead in time: asked again later.
  void postpone(ConnectionId peer, Instant now);

  /// Peers that have not answered for kHeadersTimeout.
  [[nodiscard]] std::vector<ConnectionId> silent(Instant now) const;
  [[nodiscard]] std::optional<Instant> deadline(Instant now) const;

  /// The most work any peer is known or said to have. Who does not show it for kHeadersStall is not believed, nor whose
  /// last answer led no further.
  [[nodiscard]] chain::Uint256 most_work(Instant now) const;
  [[nodiscard]] std::size_t peers() const { return peers_.size(); }

 private:
  struct Peer {
    chain::Uint256 work;  ///< claimed at first, then shown
    bool dialed = false;
    std::optional<chain::BlockId> wanted;
    std::optional<chain::BlockId> after;
    chain::Uint256 after_work;
    bool fresh = true;   ///< never asked: a chain with as much work as ours may still be another
    bool more = false;   ///< its last answer was full
    bool again = false;  ///< its last answer could not be taken whole yet
    std::optional<Instant> asked_at;
    bool asked_ahead = false;             ///< for what follows an answer that is still to be told of
    std::size_t void_questions = 0;       ///< whose answers are still to come
    std::optional<Instant> fruitless_at;  ///< its last answer brought nothing new, then
    bool has_answered = false;
    std::uint64_t in_line = 0;  ///< from when it came or was last asked: less has waited longer
    Instant not_before;
  };

  static bool goes_before(const Peer& peer, const Peer& other, bool some_are_silent);

  std::map<ConnectionId, Peer> peers_;
  std::uint64_t last_in_line_ = 0;
};

}  // namespace suara::sync
