// Why a node refuses a request or leaves a peer, where no rule of the chain says it better.
#pragma once

#include "common/util/error.hpp"

namespace suara::node {

enum class NodeError {
  kNoSpecification,    ///< the chain specification has not been fetched yet
  kShuttingDown,       ///< nothing new is begun
  kBusy,               ///< too many signatures wait to be checked
  kOtherNetwork,       ///< the store holds another network's chain
  kHandshakeTimeout,   ///< hello and proof did not come in time
  kDead,               ///< nothing was heard for too long
  kHeadersTimeout,     ///< get_headers was not answered
  kStalled,            ///< blocks asked for were not delivered
  kTooManyHeaders,     ///< header messages faster than their seals can be checked
  kNotAMiner,          ///< told to mine on a network that does not list this node's key
  kAsksTooMuch,        ///< more asked for than may wait
  kNoSuchTransaction,  ///< a place in a block that it does not have
  kWrongSpec,          ///< a specification whose hash is not the network's id
  kUnintelligible,     ///< neither the native nor the classic protocol
  kTooManyPeers,       ///< all inbound places are taken, by peers that none gives way of
  kBanned,             ///< the operator has banned its key or host
  kDiscouraged,        ///< its key or host broke the protocol's rules repeatedly, lately
};
ErrorText describe(NodeError error);

/// What a connection ended for was against the protocol, and not merely slow, or of another network or version.
[[nodiscard]] bool is_violation(const Error& error);

}  // namespace suara::node
