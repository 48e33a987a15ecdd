#include "common/shell/network_error.hpp"

#include "common/util/check.hpp"

namespace suara::shell {

ErrorText describe(NetworkError error) {
  switch (error) {
    case NetworkError::kAddressInUse: return {"address_in_use", "something listens on this address already"};
    case NetworkError::kCannotListen: return {"cannot_listen", "cannot listen on this address"};
    case NetworkError::kPrivilegedPort:
      return {"privileged_port",
              "not permitted to listen on this port: take one above 1023, or grant CAP_NET_BIND_SERVICE"};
    case NetworkError::kCannotResolve: return {"cannot_resolve", "the host name has no address"};
    case NetworkError::kRefused: return {"refused", "nobody listens there"};
    case NetworkError::kDialTimeout: return {"dial_timeout", "no connection within the time allowed"};
    case NetworkError::kUnreachable: return {"unreachable", "the address cannot be reached"};
    case NetworkError::kTooManyErrands: return {"too_many_errands", "too many addresses wait to be dialled"};
    case NetworkError::kNoAnswer: return {"no_answer", "connected, but no answer within the time allowed"};
    case NetworkError::kPeerClosed: return {"peer_closed", "the other side ended the connection"};
    case NetworkError::kReset: return {"reset", "the connection broke"};
    case NetworkError::kIdle: return {"idle", "nothing arrived for too long"};
    case NetworkError::kFirstLineTimeout: return {"first_line_timeout", "no whole line within the time allowed"};
    case NetworkError::kWriteTimeout: return {"write_timeout", "nothing could be written for too long"};
    case NetworkError::kSendQueueFull: return {"send_queue_full", "the other side reads too slowly"};
    case NetworkError::kNotAllowed: return {"not_allowed", "its address may not connect any more"};
    case NetworkError::kDisplaced: return {"displaced", "it was silent when its place was needed"};
    case NetworkError::kClosedByUs: return {"closed_by_us", "closed by this side"};
  }
  CHECK(false);
}

bool is_dial_error(const Error& error) {
  return error == NetworkError::kCannotResolve || error == NetworkError::kRefused ||
         error == NetworkError::kDialTimeout || error == NetworkError::kUnreachable ||
         error == NetworkError::kTooManyErrands;
}

}  // namespace suara::shell
