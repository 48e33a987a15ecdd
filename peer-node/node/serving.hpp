// What this node hands out: headers, blocks, waiting transactions, the chain specification. Bodies go at the pace at
// which the peer shows that it reads them. Of the chain only what is durable: nobody is told of a block that a crash
// would take back.
#pragma once

#include "peer-node/node/context.hpp"

namespace suara::node {

class Serving {
 public:
  explicit Serving(Context& context) : context_(context) {}

  void headers_asked(const p2p::Peer& peer, const wire::peer::GetHeaders& request);
  void blocks_asked(p2p::Peer& peer, const std::vector<Hash256>& ids);
  void transactions_asked(p2p::Peer& peer, const std::vector<Hash256>& ids);
  void spec_asked(const p2p::Peer& peer);
  void pong(p2p::Peer& peer, std::uint64_t nonce);

 private:
  void pump(p2p::Peer& peer);

  Context& context_;
};

}  // namespace suara::node
