#include "peer-node/node/node_error.hpp"

#include "peer-node/p2p/handshake.hpp"

namespace suara::node {

ErrorText describe(NodeError error) {
  switch (error) {
    case NodeError::kNoSpecification:
      return {"no_specification", "this node has not fetched its network's specification yet; try again soon"};
    case NodeError::kShuttingDown: return {"shutting_down", "this node is shutting down; use another"};
    case NodeError::kBusy: return {"busy", "too many signatures wait to be checked; try again soon"};
    case NodeError::kOtherNetwork: return {"other_network", "the data folder belongs to another network"};
    case NodeError::kHandshakeTimeout: return {"handshake_timeout", "hello and hello_proof did not come in time"};
    case NodeError::kDead: return {"dead", "nothing was heard for too long"};
    case NodeError::kHeadersTimeout: return {"headers_timeout", "get_headers was not answered in time"};
    case NodeError::kStalled: return {"stalled", "blocks that were asked for did not come"};
    case NodeError::kTooManyHeaders:
      return {"too_many_headers",
              "headers came faster than their seals are checked; send them when they are asked for"};
    case NodeError::kNotAMiner:
      return {"not_a_miner",
              "this node cannot mine here: the member `miners` of the network's specification does not list its key"};
    case NodeError::kAsksTooMuch: return {"asks_too_much", "more was asked for than has been read"};
    case NodeError::kNoSuchTransaction:
      return {"no_such_transaction", "the block does not have that many transactions"};
    case NodeError::kWrongSpec: return {"wrong_spec", "the specification is not the one whose hash is the network id"};
    case NodeError::kUnintelligible:
      return {"unintelligible", "a connection begins with a hello, or with a classic request"};
    case NodeError::kTooManyPeers: return {"too_many_peers", "no room for another peer; try again later"};
    case NodeError::kBanned: return {"banned", "this node's operator has banned you"};
    case NodeError::kDiscouraged:
      return {"discouraged",
              "this node broke the protocol's rules more than once; it is welcome again within 24 hours"};
  }
  return {"unknown", "unknown"};
}

bool is_violation(const Error& error) {
  using p2p::HandshakeError;
  return error != NodeError::kHandshakeTimeout && error != NodeError::kDead && error != NodeError::kHeadersTimeout &&
         error != NodeError::kStalled && error != NodeError::kDiscouraged && error != NodeError::kBanned &&
         error != HandshakeError::kWrongNetwork && error != HandshakeError::kNoCommonVersion &&
         error != HandshakeError::kSelf;
}

}  // namespace suara::node
