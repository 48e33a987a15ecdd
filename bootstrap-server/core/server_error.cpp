#include "bootstrap-server/core/server_error.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "common/util/check.hpp"

#include <string>

namespace suara::directory {

ErrorText describe(ServerError error) {
  switch (error) {
    case ServerError::kNotFound: return {"not_found", "no such peer is registered in this network"};
    case ServerError::kNotPermitted: return {"not_permitted", "this row is not yours to change"};
    case ServerError::kNetworksNotPermitted:
      return {"not_permitted", "all networks at once are listed to the server's own host only; name one by its id"};
    case ServerError::kBadSignature:
      return {"bad_signature", "the signature does not fit the request and its public key"};
    case ServerError::kSequenceAhead:
      return {"sequence_ahead", "a sequence is milliseconds since 1970, at most a day ahead of the server's clock"};
    case ServerError::kStaleSequence:
      return {"stale_sequence", "each signed request about an address needs a greater sequence than the one before"};
    case ServerError::kAlreadySubscribed:
      return {"already_subscribed", "a connection carries one subscription; open another connection"};
    case ServerError::kTooManyRequests:
      return {"too_many_requests", "read answers before sending more requests; the connection is closed"};
    case ServerError::kRateLimited: return {"rate_limited", "you ask more often than this server allows"};
    case ServerError::kDiskFull:
      return {"disk_full",
              "the server's disk is full: it can be asked, but stores nothing until its operator makes room"};
    case ServerError::kTooSlow:
      return {"too_slow", "more than 1 MiB waited for you to read it; the connection is closed"};
    case ServerError::kBusy: return {"busy", "the server does not keep up; try again"};
  }
  CHECK(false);
}

Error too_many_requests() {
  return {ServerError::kTooManyRequests, "at most " + std::to_string(kMaxPendingAnswers) + " wait"};
}

}  // namespace suara::directory
