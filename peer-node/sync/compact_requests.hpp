// Whom to ask for a new block in its compact form: whoever announced it first, and the next announcer when that one
// does not answer.
//
// An announcement costs nothing, so that whoever is quick with them could hold every block up for kCompactTimeout: once
// it has, it is asked for nothing compactly for kCompactPause. Nor must many who dialed us hold a block up one after
// the other: once somebody was asked for it in vain, those we dialed go first, and wait for nobody whom we did not. A
// block nobody is left for is given up here, and asked for by its header of everybody who announced it; so is one that
// was asked for in vain and that somebody we dialed has, who cannot be asked this way.
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

class CompactRequests {
 public:
  using Announcement = std::pair<ConnectionId, chain::BlockId>;

  struct Traits {
    bool answers = false;  ///< its hello says that it knows get_compact
    bool dialed = false;   ///< we chose it
  };
  void add_peer(ConnectionId peer, Traits traits) { peers_[peer].traits = traits; }
  void remove_peer(ConnectionId peer);

  /// It has a block that we do not know. False when it is not to be got this way, from this peer or by waiting for
  /// another.
  [[nodiscard]] bool announced(ConnectionId peer, const chain::BlockId& id, Instant now);
  /// Requests to send now; marks them sent. Gives up on who did not answer in time.
  std::vector<Announcement> due(Instant now);
  /// What nobody is left to be asked for compactly, with all who announced it: forgotten here.
  std::vector<Announcement> take_given_up();

  /// It answered what it was asked, and the answer is being looked at. False when it had not been asked.
  [[nodiscard]] bool answered(ConnectionId peer, const chain::BlockId& id);
  /// It does not have it: the next announcer's turn.
  void failed(ConnectionId peer, const chain::BlockId& id);
  /// This way does not lead to the block: given up.
  void give_up(const chain::BlockId& id);
  /// Not to be asked for any more. Who announced it and did not fail to show it.
  std::vector<ConnectionId> settled(const chain::BlockId& id);
  /// The same of all whose headers are known by now.
  std::vector<Announcement> take_known(const std::function<bool(const chain::BlockId&)>& is_known);
  [[nodiscard]] bool contains(const chain::BlockId& id) const { return entries_.contains(id); }

  [[nodiscard]] std::optional<Instant> deadline() const;
  [[nodiscard]] std::size_t peers() const { return peers_.size(); }

 private:
  struct Peer {
    Traits traits;
    Instant paused_until;
    std::size_t announced = 0;  // entries it is in
  };
  struct Entry {
    std::vector<ConnectionId> announcers;  // first come first
    std::vector<ConnectionId> failed;      // those who were asked in vain
    /// And when; none once it has answered. At most one whom we dialed and one whom we did not.
    std::map<ConnectionId, std::optional<Instant>> asked;
    bool held_up = false;  ///< somebody was asked in vain
  };
  using Entries = std::map<chain::BlockId, Entry>;

  [[nodiscard]] bool may_ask(ConnectionId peer, Instant now) const;
  [[nodiscard]] bool dialed(ConnectionId peer) const { return peers_.at(peer).traits.dialed; }
  void let_late_ones_go(Entry& entry, Instant now);
  struct Turn {
    std::optional<ConnectionId> peer;  ///< to be asked now
    bool hopeless = false;             ///< this way
  };
  [[nodiscard]] Turn next_turn(const Entry& entry, Instant now) const;
  void fail(Entry& entry, ConnectionId peer);
  void give_up(Entries::iterator entry);
  void erase(Entries::iterator entry);

  std::map<ConnectionId, Peer> peers_;
  Entries entries_;  // at most kMaxCompactPerPeer for each peer
  std::vector<Announcement> given_up_;
};

}  // namespace suara::sync
