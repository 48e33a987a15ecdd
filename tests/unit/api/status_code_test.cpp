#include "peer-node/api/api_error.hpp"
#include "peer-node/api/submission.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/mempool/mempool_error.hpp"
#include "peer-node/node/node_error.hpp"

#include <gtest/gtest.h>

namespace suara::api {
namespace {

TEST(HttpStatus, TellsWhoCanMendWhat) {
  using chain::RuleError;
  using mempool::MempoolError;
  const std::pair<Error, unsigned> cases[] = {
      {RuleError::kBadEncoding, 400},        {RuleError::kAlreadyVoted, 409},   {RuleError::kDuplicateTransaction, 409},
      {RuleError::kBadSignature, 422},       {RuleError::kNotEnrolled, 422},    {RuleError::kUnknownElection, 422},
      {RuleError::kElectionClosed, 422},     {MempoolError::kKnown, 409},       {MempoolError::kFull, 503},
      {MempoolError::kTooManyOfAuthor, 429}, {ApiError::kUnknownElection, 404}, {node::NodeError::kBusy, 503}};
  for (const auto& [error, status] : cases) EXPECT_EQ(http_status(error), status) << error.name();
}

TEST(SubmissionResponse, OfOneTransactionCarriesItsStatus) {
  const ledger::TransactionId id;
  EXPECT_EQ(submission_response(false, {id}).status, 202U);
  EXPECT_EQ(submission_response(false, {id}).body, "{\"id\":\"" + id.hex() + "\"}\n");
  EXPECT_EQ(submission_response(false, {Error(chain::RuleError::kAlreadyVoted)}).status, 409U);
}

TEST(SubmissionResponse, OfManyHasOneResultEach) {
  const ledger::TransactionId id;
  const auto response = submission_response(true, {id, Error(chain::RuleError::kAlreadyVoted), id});
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.body, "{\"results\":[{\"id\":\"" + id.hex() +
                               "\"},{\"error\":{\"code\":\"already_voted\",\"message\":\"this voter has voted; the "
                               "first valid vote counts\"}},{\"id\":\"" +
                               id.hex() + "\"}]}\n");
}

}  // namespace
}  // namespace suara::api
