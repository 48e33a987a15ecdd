// Well-formed requests that the directory refuses.
#pragma once

#include "common/util/error.hpp"

namespace suara::directory {

enum class ServerError {
  kUnspecifiedAddress,  ///< 0.0.0.0 or :: as an address to be found at
  kNotFound,            ///< REMOVE of an address that is not registered
  kNotPermitted,        ///< REMOVE by somebody else (permissions.hpp)
  kAlreadySubscribed,
  kTooManyRequests,  ///< more unanswered requests than kMaxPendingAnswers; the connection is closed
  kBusy,             ///< the disk does not keep up; try again
};
ErrorText describe(ServerError error);

}  // namespace suara::directory
