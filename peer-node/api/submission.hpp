// POST /v1/transactions and /v1/commands: reading the body, and rendering what the node made of it.
#pragma once

#include "common/util/result.hpp"
#include "peer-node/api/message.hpp"
#include "peer-node/ledger/transaction.hpp"
#include "peer-node/node/actions.hpp"

#include <vector>

namespace suara::api {

/// Errors: kBadBody, or kBadEncoding for what is no base64, naming the member and what it should be.
Result<Submission> read_submission(const std::string& body);

/// One result per transaction of the submission, in its order.
Response submission_response(bool batch, const std::vector<Result<ledger::TransactionId>>& results);

/// {"node_key"} of a connect, else {"connections_ended"}.
Response command_response(wire::NodeCommandKind kind, const Result<node::CommandOutcome>& result);

}  // namespace suara::api
