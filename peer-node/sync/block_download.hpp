// Which bodies to ask from whom. All are wanted in height order, up to kMaxBlocksInFlight from one peer and
// kDownloadWindow ahead. A peer that delivers nothing loses its slots to one that might: first after 2 s, then 4 ...
// 64; at the end of that, or when it is the only one left, the caller is told to disconnect it. Many who dialed us must
// not hold a block up one after the other: what one of them did not deliver is asked of those we dialed first.
#pragma once

#include "common/util/strong_id.hpp"
#include "common/util/time.hpp"
#include "peer-node/chain/header.hpp"
#include "peer-node/sync/limits.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace suara::sync {

class BlockDownload {
 public:
  /// `height`: of the best block it has told of; raised as it tells of more.
  /// `dialed`: we chose it.
  void add_peer(ConnectionId peer, std::uint64_t height, bool dialed = false);
  void raise_height(ConnectionId peer, std::uint64_t height);
  void remove_peer(ConnectionId peer);

  struct Wanted {
    chain::BlockId id;
    std::uint64_t height = 0;
  };
  /// What is missing, lowest first: replaces what was wanted; requests for blocks no longer wanted are forgotten.
  /// `more`: there may be others above.
  void want(const std::vector<Wanted>& blocks, bool more);
  /// More of the same chain, all above wanted_up_to().
  void want_more(const std::vector<Wanted>& blocks, bool more);
  /// The highest block that was wanted since want().
  [[nodiscard]] std::uint64_t wanted_up_to() const { return wanted_up_to_; }
  [[nodiscard]] std::size_t wanted() const { return heights_.size(); }
  /// The window has been used up to half: the caller should look for more that is missing.
  [[nodiscard]] bool wants_more() const { return more_ && wanted() < kDownloadWindow / 2; }

  /// Requests to send now, at most kMaxBlocksInFlight ids for each peer.
  std::map<ConnectionId, std::vector<chain::BlockId>> assign(Instant now);

  /// This block is on its way from a peer that was not asked for it here: counts as if it had been. False when it is
  /// not wanted, on its way already, or the peer has no slot for it.
  [[nodiscard]] bool claim(ConnectionId peer, const chain::BlockId& id, Instant now);

  /// It delivered this block; not wanted any more. What nobody wanted of it is no sign that it delivers.
  void received(ConnectionId peer, const chain::BlockId& id, Instant now);
  /// It does not deliver what claim() expected: the block may be asked of anybody again.
  void give_back(ConnectionId peer, const chain::BlockId& id);
  /// It does not have this block: not asked for it again before kNotFoundRetry.
  void not_found(ConnectionId peer, const chain::BlockId& id, Instant now);

  /// Takes slots from those who stall; returns those to disconnect.
  std::vector<ConnectionId> stalled(Instant now);
  [[nodiscard]] std::optional<Instant> deadline(Instant now) const;

  [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }
  [[nodiscard]] std::size_t peers() const { return peers_.size(); }

 private:
  struct Peer {
    std::uint64_t height = 0;
    bool dialed = false;
    std::set<chain::BlockId> in_flight;
    std::map<chain::BlockId, Instant> lacks;  // until then
    Instant progress_at;                      // last delivery, or first request after none
    seconds stall = kFirstStall;
    Instant paused_until;
  };

  using Unasked = std::set<std::pair<std::uint64_t, chain::BlockId>>;

  [[nodiscard]] static bool may_serve(const Peer& peer, std::uint64_t height, const chain::BlockId& id, Instant now);
  /// Rather than the other, of two that may serve.
  [[nodiscard]] bool goes_before(const Peer& peer, const Peer& other, const chain::BlockId& id) const;
  [[nodiscard]] bool another_may_serve(ConnectionId but, const Peer& stalling, Instant now) const;
  void put_in_flight(ConnectionId connection, Peer& peer, const chain::BlockId& id, Instant now);
  bool free_slot(Peer& peer, const chain::BlockId& id);
  void release(Peer& peer);

  std::map<ConnectionId, Peer> peers_;
  std::map<chain::BlockId, std::uint64_t> heights_;  // of all that is wanted
  Unasked unasked_;                                  // wanted, lowest first, and in flight from nobody
  std::map<chain::BlockId, ConnectionId> in_flight_;
  std::set<chain::BlockId> withheld_;  // of those wanted: somebody was asked for it and did not send it
  std::uint64_t wanted_up_to_ = 0;
  bool more_ = false;
};

}  // namespace suara::sync
