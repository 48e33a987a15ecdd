#include "peer-node/api/submission.hpp"

#include "common/util/base64.hpp"
#include "common/util/check.hpp"
#include "common/wire/limits.hpp"
#include "peer-node/api/api_error.hpp"
#include "peer-node/api/limits.hpp"
#include "peer-node/api/render.hpp"
#include "peer-node/chain/rule_error.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace suara::api {
namespace {

namespace json = boost::json;

Result<Bytes> read_transaction(const json::value& value, const std::string& where) {
  const json::string* text = value.if_string();
  if (text == nullptr) return Error(ApiError::kBadBody, where + " is a string of base64");
  auto bytes = from_base64({text->data(), text->size()});
  if (!bytes || bytes->empty()) {
    return Error(chain::RuleError::kBadEncoding,
                 where + " is padded base64 on one line, of a transaction's canonical encoding");
  }
  return std::move(*bytes);
}

Result<Submission> read_batch(const json::value& value) {
  const json::array* list = value.if_array();
  if (list == nullptr) return Error(ApiError::kBadBody, "'transactions' is a list");
  if (list->empty() || list->size() > kMaxTransactionsPerSubmission) {
    return Error(ApiError::kBadBody,
                 fmt::format("'transactions' holds 1 to {}, not {}", kMaxTransactionsPerSubmission, list->size()));
  }
  Submission submission{.transactions = {}, .batch = true};
  submission.transactions.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto bytes = read_transaction((*list)[i], fmt::format("'transactions[{}]'", i));
    if (!bytes) return bytes.error();
    submission.transactions.push_back(std::move(*bytes));
  }
  return submission;
}

}  // namespace

Result<Submission> read_submission(const std::string& body) {
  json::parse_options options;
  options.max_depth = wire::kMaxJsonDepth;
  boost::system::error_code failure;
  const json::value document = json::parse(body, failure, {}, options);
  if (failure) return Error(ApiError::kBadBody, "it is not valid JSON (" + failure.message() + ")");
  const json::object* object = document.if_object();
  if (object == nullptr) return Error(ApiError::kBadBody, "it is JSON, but not an object");
  const json::value* single = object->if_contains("transaction");
  const json::value* many = object->if_contains("transactions");
  if ((single != nullptr) == (many != nullptr)) {
    return Error(ApiError::kBadBody, single != nullptr ? "it has both members" : "it has neither member");
  }
  if (many != nullptr) return read_batch(*many);
  auto bytes = read_transaction(*single, "'transaction'");
  if (!bytes) return bytes.error();
  Submission submission;
  submission.transactions.push_back(std::move(*bytes));
  return submission;
}

Response submission_response(bool batch, const std::vector<Result<ledger::TransactionId>>& results) {
  const auto render_result = [](const Result<ledger::TransactionId>& result) {
    return result ? json::object{{"id", result->hex()}} : render(result.error());
  };
  if (!batch) {
    CHECK(results.size() == 1);
    return {.status = results[0] ? 202 : http_status(results[0].error()),
            .body = json::serialize(render_result(results[0])) + "\n"};
  }
  json::array list;
  list.reserve(results.size());
  for (const auto& result : results) list.push_back(render_result(result));
  return {.body = json::serialize(json::object{{"results", std::move(list)}}) + "\n"};
}

Response command_response(wire::NodeCommandKind kind, const Result<node::CommandOutcome>& result) {
  if (!result) return error_response(result.error());
  json::object body;
  if (kind == wire::NodeCommandKind::kConnect) {
    body["node_key"] = result->node_key_hex;
  } else {
    body["connections_ended"] = result->connections_ended;
  }
  return {.body = json::serialize(body) + "\n"};
}

}  // namespace suara::api
