// What can go wrong with a listener, a dial or a connection.
#pragma once

#include "common/util/error.hpp"

namespace suara::shell {

enum class NetworkError {
  kAddressInUse,    ///< something listens there already: exit 69
  kCannotListen,    ///< no such address: exit 69
  kPrivilegedPort,  ///< not permitted to listen there: exit 77
  kCannotResolve,
  kRefused,  ///< nobody listens there
  kDialTimeout,
  kUnreachable,
  kTooManyErrands,    ///< more probes wait than are kept
  kNoAnswer,          ///< connected, but what was to be said or heard there took too long
  kPeerClosed,        ///< the other side ended the connection
  kReset,             ///< the connection broke
  kIdle,              ///< nothing arrived for `idle`
  kFirstLineTimeout,  ///< no whole line within `first_line`
  kWriteTimeout,      ///< nothing could be written for `write`
  kSendQueueFull,     ///< the other side reads too slowly
  kNotAllowed,        ///< the address may no longer connect
  kDisplaced,         ///< it had said nothing yet when its place was needed
  kClosedByUs,
};
ErrorText describe(NetworkError error);

/// Whether there never was a connection.
bool is_dial_error(const Error& error);

}  // namespace suara::shell
