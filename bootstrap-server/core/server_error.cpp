#include "bootstrap-server/core/server_error.hpp"

#include "common/util/check.hpp"

namespace suara::directory {

ErrorText describe(ServerError error) {
  switch (error) {
    case ServerError::kUnspecifiedAddress:
      return {"unspecified_address", "this is where one listens, not where one is found"};
    case ServerError::kNotFound: return {"not_found", "no such peer is registered in this network"};
    case ServerError::kNotPermitted:
      return {"not_permitted", "a peer is removed from the address that registered it, or from the server's own host"};
    case ServerError::kAlreadySubscribed:
      return {"already_subscribed", "a connection carries one subscription; open another connection"};
    case ServerError::kTooManyRequests:
      return {"too_many_requests", "read answers before sending more requests; the connection is closed"};
    case ServerError::kBusy: return {"busy", "the server cannot write as fast as it is asked to; try again"};
  }
  CHECK(false);
}

}  // namespace suara::directory
