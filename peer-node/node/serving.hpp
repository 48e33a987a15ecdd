// What this node hands out: headers, blocks, waiting transactions, the chain specification. At the pace at which the
// peer shows that it reads them. Of the chain what is durable, which a crash does not take back, and the block that is
// being passed on (forwarding.hpp), which others made.
#pragma once

#include "peer-node/node/context.hpp"

namespace suara::node {

class Serving {
 public:
  explicit Serving(Context& context) : context_(context) {}

  void asked(p2p::Peer& peer, const wire::peer::GetHeaders& request);
  void asked(p2p::Peer& peer, const wire::peer::GetBlocks& request);
  void asked(p2p::Peer& peer, const wire::peer::GetCompact& request);
  void asked(p2p::Peer& peer, const wire::peer::GetBlockTransactions& request);
  void asked(p2p::Peer& peer, const wire::peer::GetTransactions& request);
  void spec_asked(const p2p::Peer& peer);
  void pong(p2p::Peer& peer, std::uint64_t nonce);

 private:
  struct Answers;

  void line_up(p2p::Peer& peer, const std::vector<p2p::ServeQueue::Item>& items);
  void pump(p2p::Peer& peer);
  [[nodiscard]] wire::peer::Headers headers_after(const std::vector<Hash256>& locator) const;
  void answer(p2p::Peer& peer, const p2p::ServeQueue::Headers& item, Answers& answers);
  void answer(p2p::Peer& peer, const p2p::ServeQueue::Compact& item, Answers& answers);
  void answer(p2p::Peer& peer, const p2p::ServeQueue::BlockTransactions& item, Answers& answers);
  void answer(p2p::Peer& peer, const p2p::ServeQueue::Block& item, Answers& answers);
  void answer(p2p::Peer& peer, const p2p::ServeQueue::Transaction& item, Answers& answers);
  void flush_transactions(p2p::Peer& peer, Answers& answers);

  Context& context_;
};

}  // namespace suara::node
