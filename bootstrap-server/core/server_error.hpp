// Well-formed requests that the directory refuses.
#pragma once

#include "common/util/error.hpp"

namespace suara::directory {

enum class ServerError {
  kNotFound,              ///< REMOVE of an address that is not registered
  kNotPermitted,          ///< by somebody else than the row's owner (permissions.hpp)
  kNetworksNotPermitted,  ///< GET_PEERS of all networks at once, from elsewhere
  kBadSignature,          ///< it does not fit the request and its public key
  kSequenceAhead,         ///< further ahead of the server's clock than kMaxSequenceAhead
  kStaleSequence,         ///< not greater than in the last request of this key about this address
  kAlreadySubscribed,
  kTooManyRequests,  ///< more unanswered requests than kMaxPendingAnswers; the connection is closed
  kRateLimited,      ///< asked more often than rate_limits.hpp allows
  kTooSlow,          ///< reads more slowly than it is told; the connection is closed
  kBusy,             ///< the disk or the checks of signatures do not keep up; try again
  kDiskFull,         ///< nothing can be written; try again later
};
ErrorText describe(ServerError error);

Error too_many_requests();

}  // namespace suara::directory
