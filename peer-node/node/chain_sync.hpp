// Headers and blocks, from peers and from the miner, on their way into the chain: asked for, checked, connected,
// stored, announced. A header's journey: its seal, on networks that have them, on a worker -> the rules -> the tree. A
// block's journey: root and sizes -> at the tip: forwarded -> signatures not seen in the mempool, on a worker -> kept
// -> connected in height order -> Stored -> announced to whoever does not know it yet.
#pragma once

#include "peer-node/node/compact_fetch.hpp"
#include "peer-node/node/context.hpp"
#include "peer-node/node/forwarding.hpp"
#include "peer-node/node/header_intake.hpp"
#include "peer-node/node/seal_checks.hpp"
#include "peer-node/sync/block_download.hpp"
#include "peer-node/sync/header_sync.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace suara::node {

class ChainSync : private CompactFetch::Chain {
 public:
  using TipListener = std::function<void(const chain::ChainState::Step&)>;
  /// `tip_moved` is called with the overlay already at the new tip.
  ChainSync(Context& context, TipListener tip_moved);

  void add_peer(const p2p::Peer& peer);
  void remove_peer(ConnectionId peer);

  void announced(p2p::Peer& peer, const std::vector<Hash256>& ids);
  void headers(p2p::Peer& peer, const wire::peer::Headers& message);
  void block(p2p::Peer& peer, const wire::peer::BlockBody& message);
  void compact(p2p::Peer& peer, const wire::peer::Compact& message) { compact_.compact(peer, message); }
  void block_transactions(p2p::Peer& peer, const wire::peer::BlockTransactions& message) {
    compact_.transactions(peer, message);
  }
  void not_found(const p2p::Peer& peer, const std::vector<Hash256>& ids);
  void mined(const chain::HashedBlockPtr& block);
  /// Does what can wait until what this turn asks for has been asked: takes headers that have come, and connects what
  /// has been checked, so that bodies that come together are connected in one step. When nothing else is due.
  void do_deferred();
  void stored(StoreToken token);

  /// Connects, asks and gives up what is due. After every event.
  void drive();
  [[nodiscard]] std::optional<Instant> deadline() const;

  /// The tip has the minimum work, and no peer is known to have more; after having caught up, claims alone do not
  /// count.
  [[nodiscard]] bool synced() const;
  /// The disk does not keep up: no header or block is asked for until it does.
  [[nodiscard]] bool backlogged() const {
    return unstored_batches_.size() > sync::kMaxBatchesInFlight ||
           context_.overlay.bytes_in_flight() > sync::kMaxBytesInFlight;
  }
  /// The disk keeps up well enough to mine.
  [[nodiscard]] bool may_mine() const { return unstored_batches_.size() <= sync::kMaxBatchesInFlightToMine; }

  /// When a block was connected, or headers led further, or the first peer came: whichever was last.
  [[nodiscard]] Instant moved_at() const { return moved_at_; }
  /// There are headers with more work than the tip, or a peer says it has some. The chain is known.
  [[nodiscard]] bool others_report_more() const;
  /// This peer is being asked for headers, or its headers are being counted.
  [[nodiscard]] bool hears(ConnectionId peer) const { return headers_.asked(peer) || intake_.last_counted(peer); }

  /// Nothing is kept of peers that have left.
  [[nodiscard]] std::size_t peers() const {
    return headers_.peers() + download_.peers() + seals_.peers() + intake_.peers() + compact_.peers();
  }
  [[nodiscard]] std::size_t low_work_size_bytes() const { return intake_.size_bytes(); }

 private:
  struct ArrivedHeaders {
    ConnectionId peer;
    std::vector<chain::SealedHeader> headers;
  };
  struct Announcement {
    StoreToken token;
    chain::ChainPoint tip;
  };

  /// Whether to ask for what follows these headers before they are looked at.
  [[nodiscard]] bool may_ask_ahead(const p2p::Peer& peer, const std::vector<chain::SealedHeader>& headers) const;
  void take_arrived_headers();
  void take_headers(p2p::Peer& peer, const std::vector<chain::SealedHeader>& headers);
  void connect_checked();
  void has_block(p2p::Peer& peer, std::uint64_t height);
  /// Whoever announced what is known by now can be asked for its body.
  void note_announcers();
  Result<void> take_header(p2p::Peer& from, const chain::SealedHeader& header) override;
  bool claim(ConnectionId from, const chain::BlockId& id) override;
  void give_back(ConnectionId from, const chain::BlockId& id) override { download_.give_back(from, id); }
  void take_body(p2p::Peer& from, const chain::HashedBlockPtr& block) override;
  void ask_for_headers(ConnectionId peer, const chain::BlockId& id, bool later) override;
  /// The download's window from the lowest missing body on: after anything but growth.
  void refill();
  /// More of it at its upper end: as long as the way to the best header is the same.
  void extend_window();
  struct Missing {
    std::vector<sync::BlockDownload::Wanted> blocks;  // without those whose signatures are being checked
    bool more = false;
  };
  [[nodiscard]] Missing missing(std::size_t limit, std::uint64_t from_height) const;
  [[nodiscard]] bool has_minimum() const;
  [[nodiscard]] bool shown_all() const;
  [[nodiscard]] bool headers_go_first() const;
  void ask_for_headers();
  void send_get_headers(ConnectionId peer, const std::optional<chain::BlockId>& after);
  void ask_for_blocks();
  void give_up_on_silent_peers();
  [[nodiscard]] bool wants_body(const chain::BlockId& id) const;
  void body_came(const p2p::Peer& peer, const chain::BlockId& id);
  void forward(const p2p::Peer& from, const chain::HashedBlockPtr& block);
  void check_signatures(const chain::HashedBlockPtr& block);
  void signatures_checked(const chain::BlockId& id, bool all_hold);
  chain::HashedBlockPtr take_pending(const chain::BlockId& id);
  void condemn(const chain::BlockId& id, const Error& error);
  void blame(const chain::BlockId& id, const Error& error);
  void advance(store::Draft& draft);
  void took_step(const chain::ChainState::Step& step, std::optional<StoreToken> token);

  Context& context_;
  TipListener tip_moved_;
  SealChecks seals_;
  HeaderIntake intake_;
  sync::HeaderSync headers_;
  sync::BlockDownload download_;
  CompactFetch compact_;
  Forwarding forwarding_;
  std::optional<ArrivedHeaders> arrived_headers_;  // what follows them is on its way
  // Bodies whose signatures are being checked, and those in checked_.
  std::map<chain::BlockId, chain::HashedBlockPtr> pending_;
  std::vector<chain::BlockId> checked_;             // to be connected; at most kMaxBlocksPerStep
  std::size_t pending_bytes_ = 0;                   // encoded
  std::map<chain::BlockId, ConnectionId> sources_;  // who should have known, of a body that is not connected yet
  std::deque<Announcement> unstored_;
  std::deque<StoreToken> unstored_batches_;
  bool caught_up_ = false;                      // with some peer, since this node was started
  std::optional<Instant> headers_first_until_;  // bodies wait for several peers' headers; set by the first peer
  Instant moved_at_{};
  bool more_ = true;  // the last step stopped at its bound, or a former life did
};

}  // namespace suara::node
