// What can go wrong with a listener, a dial or a connection.
#pragma once

#include "common/util/error.hpp"

namespace suara::shell {

enum class NetworkError {
  kAddressInUse,  ///< something listens there already: exit 69
  kCannotListen,  ///< no such address, or not permitted: exit 69
  kCannotResolve,
  kRefused,  ///< nobody listens there
  kDialTimeout,
  kUnreachable,
  kPeerClosed,        ///< the other side ended the connection
  kReset,             ///< the connection broke
  kIdle,              ///< nothing arrived for `idle`
  kFirstLineTimeout,  ///< no whole line within `first_line`
  kWriteTimeout,      ///< nothing could be written for `write`
  kSendQueueFull,     ///< the other side reads too slowly
  kClosedByUs,
};
ErrorText describe(NetworkError error);

}  // namespace suara::shell
