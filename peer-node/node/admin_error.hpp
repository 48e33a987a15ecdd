// Why a node does not do what an operator's command asks for. What a ban may name is p2p::BanError's.
#pragma once

#include "common/util/error.hpp"

namespace suara::node {

enum class AdminError {
  kUnsigned,          ///< the command carries no signature
  kNotPermitted,      ///< signed by a key that is not this node's admin key
  kBadSignature,      ///< the signature does not fit the command
  kStaleSequence,     ///< not greater than that of a command obeyed before: replayed, or a clock went back
  kSequenceAhead,     ///< more than a day ahead of the node's clock
  kBadAddress,        ///< connect: no host:port
  kOwnAddress,        ///< connect: this node itself
  kAlreadyConnected,  ///< connect
  kBanned,            ///< connect: to whom is banned
  kNotConnected,      ///< disconnect: nobody of that name
  kCannotConnect,     ///< connect: the dial or the handshake failed
};
ErrorText describe(AdminError error);

}  // namespace suara::node
