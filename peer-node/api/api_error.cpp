#include "peer-node/api/api_error.hpp"

#include "common/util/check.hpp"
#include "peer-node/api/render.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/mempool/mempool_error.hpp"
#include "peer-node/node/admin_error.hpp"
#include "peer-node/node/node_error.hpp"
#include "peer-node/p2p/ban_list.hpp"

#include <boost/json/serialize.hpp>

namespace suara::api {

ErrorText describe(ApiError error) {
  switch (error) {
    case ApiError::kUnknownRoute: return {"unknown_route", "there is nothing here; / lists the routes"};
    case ApiError::kMethodNotAllowed: return {"method_not_allowed", "this route does not know this method"};
    case ApiError::kBadParameter: return {"bad_parameter", "a part of the address cannot be understood"};
    case ApiError::kBadBody:
      return {"bad_body", R"(the body is {"transaction":"<base64>"} or {"transactions":["<base64>",...]})"};
    case ApiError::kBadCommand: return {"bad_command", "the body is one command as a JSON object"};
    case ApiError::kUnknownBlock: return {"unknown_block", "this node knows no such block"};
    case ApiError::kUnknownTransaction:
      return {"unknown_transaction", "this transaction is neither in the best chain nor waiting here"};
    case ApiError::kUnknownElection: return {"unknown_election", "no election has this id"};
    case ApiError::kNotReady:
      return {"not_ready",
              "this node has not fetched its network's specification yet, or is writing its first block to disk"};
  }
  CHECK(false);
}

namespace {

/// 0 for what is no error of a command.
unsigned status_of_command_error(const Error& error) {
  using node::AdminError;
  using p2p::BanError;
  if (error == ApiError::kBadCommand || error == BanError::kBadSubject || error == AdminError::kBadAddress) return 400;
  if (error == AdminError::kUnsigned || error == AdminError::kBadSignature) return 401;
  if (error == AdminError::kNotPermitted) return 403;
  if (error == BanError::kNotBanned || error == AdminError::kNotConnected) return 404;
  if (error == AdminError::kStaleSequence || error == AdminError::kSequenceAhead || error == BanError::kTooManyBans ||
      error == AdminError::kOwnAddress || error == AdminError::kAlreadyConnected || error == AdminError::kBanned) {
    return 409;
  }
  return error == AdminError::kCannotConnect ? 502 : 0;
}

}  // namespace

unsigned http_status(const Error& error) {
  if (const unsigned status = status_of_command_error(error); status != 0) return status;
  using chain::RuleError;
  using mempool::MempoolError;
  using node::NodeError;
  if (error == ApiError::kBadParameter || error == ApiError::kBadBody || error == RuleError::kBadEncoding ||
      error == RuleError::kTooLarge) {
    return 400;
  }
  if (error == ApiError::kUnknownRoute || error == ApiError::kUnknownBlock || error == ApiError::kUnknownTransaction ||
      error == ApiError::kUnknownElection) {
    return 404;
  }
  if (error == ApiError::kMethodNotAllowed) return 405;
  if (error == RuleError::kAlreadyVoted || error == RuleError::kDuplicateTransaction ||
      error == RuleError::kElectionExists || error == RuleError::kVoterExists || error == MempoolError::kKnown) {
    return 409;
  }
  if (error == MempoolError::kTooManyOfAuthor) return 429;
  if (error == ApiError::kNotReady || error == NodeError::kNoSpecification || error == NodeError::kBusy ||
      error == NodeError::kShuttingDown || error == MempoolError::kFull) {
    return 503;
  }
  return 422;
}

Response error_response(const Error& error) {
  return {.status = http_status(error), .body = boost::json::serialize(render(error)) + "\n"};
}

}  // namespace suara::api
