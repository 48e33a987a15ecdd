// What an HTTP request can do wrong by itself, and the status that each error of any layer is answered with.
#pragma once

#include "common/util/error.hpp"
#include "peer-node/api/message.hpp"

namespace suara::api {

enum class ApiError {
  kUnknownRoute,
  kMethodNotAllowed,
  kBadParameter,
  kBadBody,
  kBadCommand,
  kUnknownBlock,
  kUnknownTransaction,
  kUnknownElection,
  kNotReady,  ///< the specification is not known yet
};
ErrorText describe(ApiError error);

/// 4xx for what the client can mend, 503 for what time mends. Errors that are not listed are rule violations: 422.
unsigned http_status(const Error& error);

/// {"error":{"code","message"}} with its status.
Response error_response(const Error& error);

}  // namespace suara::api
