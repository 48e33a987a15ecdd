#include "common/shell/network_error.hpp"

#include "common/util/check.hpp"

namespace suara::shell {

ErrorText describe(NetworkError error) {
  switch (error) {
    case NetworkError::kAddressInUse: return {"address_in_use", "something listens on this address already"};
    case NetworkError::kCannotListen: return {"cannot_listen", "cannot listen on this address"};
    case NetworkError::kCannotResolve: return {"cannot_resolve", "the host name has no address"};
    case NetworkError::kRefused: return {"refused", "nobody listens there"};
    case NetworkError::kDialTimeout: return {"dial_timeout", "no connection within the time allowed"};
    case NetworkError::kUnreachable: return {"unreachable", "the address cannot be reached"};
    case NetworkError::kPeerClosed: return {"peer_closed", "the other side ended the connection"};
    case NetworkError::kReset: return {"reset", "the connection broke"};
    case NetworkError::kIdle: return {"idle", "nothing arrived for too long"};
    case NetworkError::kFirstLineTimeout: return {"first_line_timeout", "no whole line within the time allowed"};
    case NetworkError::kWriteTimeout: return {"write_timeout", "nothing could be written for too long"};
    case NetworkError::kSendQueueFull: return {"send_queue_full", "the other side reads too slowly"};
    case NetworkError::kClosedByUs: return {"closed_by_us", "closed by this side"};
  }
  CHECK(false);
}

}  // namespace suara::shell
