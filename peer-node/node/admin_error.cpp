#include "peer-node/node/admin_error.hpp"

namespace suara::node {

ErrorText describe(AdminError error) {
  switch (error) {
    case AdminError::kUnsigned:
      return {"unsigned_command",
              "commands are signed with the node's admin key (admin-client --admin-key <data-dir>/admin.pem)"};
    case AdminError::kNotPermitted:
      return {"not_permitted", "this key is not the node's admin key, which is admin.pem in the node's data folder"};
    case AdminError::kBadSignature:
      return {"bad_command_signature", "the signature does not fit this command on this network"};
    case AdminError::kStaleSequence:
      return {"stale_sequence",
              "a command with this sequence or a later one was obeyed already; sequences are milliseconds since 1970"};
    case AdminError::kSequenceAhead:
      return {"sequence_ahead",
              "the sequence is more than a day ahead of the node's clock; is one of the clocks wrong?"};
    case AdminError::kBadAddress: return {"bad_address", "name where to connect to as host:port"};
    case AdminError::kOwnAddress: return {"own_address", "this is the node itself"};
    case AdminError::kAlreadyConnected: return {"already_connected", "there is a connection to this address"};
    case AdminError::kBanned: return {"banned", "this address is banned here; unban it first"};
    case AdminError::kNotConnected:
      return {"not_connected", "no peer of this name is connected; GET /v1/peers lists them"};
    case AdminError::kCannotConnect: return {"cannot_connect", "no connection came about"};
  }
  return {"unknown", "unknown"};
}

}  // namespace suara::node
