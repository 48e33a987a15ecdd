// New blocks fetched compactly: one question for an announced block, instead of one for headers and one for the body,
// and only those transactions that do not wait here already.
//
// An announced id -> get_compact of one announcer -> root, seal (on a worker), header rules -> filled from the mempool
// -> get_block_transactions for the rest -> the body, which goes the way of every body. Nothing is kept of a block
// whose header does not hold. What came of it stands in the chain's own download from the header on, so that a peer
// that goes silent loses the block to another as with any body; then it is asked for whole.
//
// Whatever does not fit (too many at a time, a parent that is not known, a block that does not lead on from our tip) is
// asked for by its header, as while catching up.
#pragma once

#include "peer-node/node/context.hpp"
#include "peer-node/node/seal_checks.hpp"
#include "peer-node/sync/compact_requests.hpp"
#include "peer-node/sync/partial_block.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace suara::node {

class CompactFetch {
 public:
  /// The chain's side of it.
  class Chain {
   public:
    virtual ~Chain() = default;
    /// A header that is not known, by the rules; its seal holds. Errors: RuleError.
    virtual Result<void> take_header(p2p::Peer& from, const chain::SealedHeader& header) = 0;
    /// The block of a header that was taken is on its way from this peer. False when it is not wanted from it.
    virtual bool claim(ConnectionId from, const chain::BlockId& id) = 0;
    /// What was claimed is not put together here: to be asked for whole, of this peer or another.
    virtual void give_back(ConnectionId from, const chain::BlockId& id) = 0;
    /// A body with the root of its header.
    virtual void take_body(p2p::Peer& from, const chain::HashedBlockPtr& block) = 0;
    /// Ask the peer for headers up to this block; `later`: now they are too far ahead of the clock.
    virtual void ask_for_headers(ConnectionId peer, const chain::BlockId& id, bool later) = 0;
  };

  CompactFetch(Context& context, Chain& chain);

  void add_peer(const p2p::Peer& peer);
  void remove_peer(ConnectionId peer);

  /// It has a block that we do not know. False: ask for its header.
  [[nodiscard]] bool announced(ConnectionId peer, const chain::BlockId& id);
  void compact(p2p::Peer& peer, const wire::peer::Compact& message);
  void transactions(p2p::Peer& peer, const wire::peer::BlockTransactions& message);
  /// True when it was asked for transactions of the block: it may still have it whole, and is asked for that.
  [[nodiscard]] bool not_found(ConnectionId peer, const chain::BlockId& id);
  /// Who announced blocks whose headers are known by now: they are not asked for here any more.
  std::vector<sync::CompactRequests::Announcement> take_known(
      const std::function<bool(const chain::BlockId&)>& is_known) {
    return requests_.take_known(is_known);
  }
  /// Its body is here, or of no use.
  void body_settled(const chain::BlockId& id);

  void drive();
  [[nodiscard]] std::optional<Instant> deadline() const { return requests_.deadline(); }
  [[nodiscard]] std::size_t peers() const { return requests_.peers() + seals_.peers(); }

 private:
  using Source = std::pair<chain::BlockId, ConnectionId>;
  struct Partial {
    chain::BlockId id;
    ConnectionId from;
    sync::PartialBlock block;
  };
  struct Question {
    chain::BlockId id;
    ConnectionId of;
    std::size_t places;
  };

  void take(p2p::Peer& peer, const chain::SealedHeader& header);
  void fill(p2p::Peer& peer, const chain::Header& header, std::vector<Hash256> leaves);
  void complete(p2p::Peer& peer, sync::PartialBlock& partial);
  [[nodiscard]] bool may_ask_for(std::size_t places, ConnectionId of) const;
  /// It answered what it was asked for of this block; what is still to be put together of it, or null.
  std::optional<sync::PartialBlock> take_asked(ConnectionId peer, const chain::BlockId& id);

  Context& context_;
  Chain& chain_;
  sync::CompactRequests requests_;
  SealChecks seals_;
  std::map<Source, std::vector<Hash256>> answers_;  // leaves, while the headers' seals are being checked
  std::deque<Partial> partial_;                     // oldest first, at most kMaxPartialBlocks
  std::vector<Question> questions_;                 // not answered yet, also of blocks that came another way
};

}  // namespace suara::node
