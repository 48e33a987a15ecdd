// Every mistake a client can make is answered with one status, one stable code and a sentence that says what is right.
#include "tests/unit/api/api_fixture.hpp"

#include "common/util/base64.hpp"

namespace suara::api {
namespace {

struct BadRequest {
  const char* name;
  std::string method;
  std::string path;
  std::string query;
  std::string body;
  unsigned status;
  std::string code;
  std::string says;  ///< part of the message
};

std::ostream& operator<<(std::ostream& out, const BadRequest& request) { return out << request.name; }

class BadRequests : public ApiTest, public ::testing::WithParamInterface<BadRequest> {};

TEST_P(BadRequests, GetOneClearError) {
  const BadRequest& bad = GetParam();
  const Response response = ask(bad.path, bad.query, bad.method, bad.body);
  EXPECT_EQ(response.status, bad.status);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(code_of(response), bad.code);
  EXPECT_NE(response.body.find(bad.says), std::string::npos) << response.body;
}

const std::string kNobody(64, 'f');
const std::string kManyItems = [] {
  std::string body = R"({"transactions":["AA==")";
  for (int i = 0; i < 1'000; ++i) body += R"(,"AA==")";
  return body + "]}";
}();

INSTANTIATE_TEST_SUITE_P(
    Routes, BadRequests,
    ::testing::Values(
        BadRequest{"NoSuchRoute", "GET", "/v1/nothing", "", "", 404, "unknown_route", "lists the routes"},
        BadRequest{"NoSuchRouteBelowOne", "GET", "/v1/blocks/1/2", "", "", 404, "unknown_route", ""},
        BadRequest{"EmptySegment", "GET", "/v1/blocks/", "", "", 404, "unknown_route", ""},
        BadRequest{"TrailingSlash", "GET", "/v1/status/", "", "", 404, "unknown_route", ""},
        BadRequest{"PostToARead", "POST", "/v1/status", "", "", 405, "method_not_allowed", "GET"},
        BadRequest{"GetOfSubmissions", "GET", "/v1/transactions", "", "", 405, "method_not_allowed", "POST"},
        BadRequest{"DeleteOfABlock", "DELETE", "/v1/blocks/0", "", "", 405, "method_not_allowed", "GET"},
        BadRequest{"UnknownParameter", "GET", "/v1/blocks", "limt=5", "", 400, "bad_parameter", "from, limit"},
        BadRequest{"ParameterWhereNone", "GET", "/v1/status", "a=1", "", 400, "bad_parameter", "no query"},
        BadRequest{"LimitZero", "GET", "/v1/blocks", "limit=0", "", 400, "bad_parameter", "1 to 100"},
        BadRequest{"LimitAboveItsBound", "GET", "/v1/blocks", "limit=101", "", 400, "bad_parameter", "1 to 100"},
        BadRequest{"LimitNegative", "GET", "/v1/mempool", "limit=-1", "", 400, "bad_parameter", "decimal"},
        BadRequest{"LimitEmpty", "GET", "/v1/mempool", "limit=", "", 400, "bad_parameter", "decimal"},
        BadRequest{"LimitBeyond64Bits", "GET", "/v1/mempool", "limit=99999999999999999999", "", 400, "bad_parameter",
                   "decimal"},
        BadRequest{"LimitTwice", "GET", "/v1/blocks", "limit=5&limit=6", "", 400, "bad_parameter", "twice"},
        BadRequest{"FromNotANumber", "GET", "/v1/blocks", "from=latest", "", 400, "bad_parameter", "from=7"},
        BadRequest{"BrokenEscape", "GET", "/v1/blocks", "from=%2", "", 400, "bad_parameter", "hexadecimal"},
        BadRequest{"BlockNamedByAWord", "GET", "/v1/blocks/tip", "", "", 400, "bad_parameter", "64 hex digits"},
        BadRequest{"BlockAboveTheTip", "GET", "/v1/blocks/7", "", "", 404, "unknown_block", "height 0"},
        BadRequest{"BlockOfNobody", "GET", "/v1/blocks/" + kNobody, "", "", 404, "unknown_block", ""},
        BadRequest{"TransactionOfNobody", "GET", "/v1/transactions/" + kNobody, "", "", 404, "unknown_transaction", ""},
        BadRequest{"TransactionNamedShort", "GET", "/v1/transactions/ab", "", "", 400, "bad_parameter", "64 hex"},
        BadRequest{"ElectionOfNobody", "GET", "/v1/elections/" + kNobody, "", "", 404, "unknown_election", ""},
        BadRequest{"VotesOfNobody", "GET", "/v1/elections/" + kNobody + "/votes", "", "", 404, "unknown_election", ""},
        BadRequest{"EncodedBlockOfNobody", "GET", "/v1/blocks/9/encoded", "", "", 404, "unknown_block", "height 0"},
        BadRequest{"TooManyHeaders", "GET", "/v1/headers", "limit=2001", "", 400, "bad_parameter", "1 to 2000"},
        BadRequest{"RollOfNobody", "GET", "/v1/elections/" + kNobody + "/roll", "", "", 404, "unknown_election", ""},
        BadRequest{"ElectionsAfterNoId", "GET", "/v1/elections", "after=x", "", 400, "bad_parameter", "64 hex"}));

INSTANTIATE_TEST_SUITE_P(
    Submissions, BadRequests,
    ::testing::Values(
        BadRequest{"NoJson", "POST", "/v1/transactions", "", "vote Alice", 400, "bad_body", "not valid JSON"},
        BadRequest{"NoBody", "POST", "/v1/transactions", "", "", 400, "bad_body", "not valid JSON"},
        BadRequest{"NotAnObject", "POST", "/v1/transactions", "", "[]", 400, "bad_body", "not an object"},
        BadRequest{"TooDeep", "POST", "/v1/transactions", "", std::string(100, '[') + std::string(100, ']'), 400,
                   "bad_body", "not valid JSON"},
        BadRequest{"NoMember", "POST", "/v1/transactions", "", "{}", 400, "bad_body", "neither"},
        BadRequest{"BothMembers", "POST", "/v1/transactions", "", R"({"transaction":"AA==","transactions":["AA=="]})",
                   400, "bad_body", "both"},
        BadRequest{"MistypedMember", "POST", "/v1/transactions", "", R"({"transaction":7})", 400, "bad_body",
                   "'transaction' is a string"},
        BadRequest{"NotBase64", "POST", "/v1/transactions", "", R"({"transaction":"!!"})", 400, "bad_encoding",
                   "base64"},
        BadRequest{"EmptyTransaction", "POST", "/v1/transactions", "", R"({"transaction":""})", 400, "bad_encoding",
                   "base64"},
        BadRequest{"BatchNotAList", "POST", "/v1/transactions", "", R"({"transactions":"AA=="})", 400, "bad_body",
                   "a list"},
        BadRequest{"EmptyBatch", "POST", "/v1/transactions", "", R"({"transactions":[]})", 400, "bad_body",
                   "1 to 1000"},
        BadRequest{"BatchTooLong", "POST", "/v1/transactions", "", kManyItems, 400, "bad_body", "not 1001"},
        BadRequest{"BadItemOfABatch", "POST", "/v1/transactions", "", R"({"transactions":["AA==",5]})", 400, "bad_body",
                   "transactions[1]"}));

TEST_F(ApiTest, AnswersNotReadyUntilTheSpecificationIsKnown) {
  NodeView node = view();
  node.chain = nullptr;
  node.mempool = nullptr;
  for (const char* path : {"/v1/spec", "/v1/blocks", "/v1/blocks/0", "/v1/mempool", "/v1/elections"}) {
    const auto response = std::get<Response>(answer(node, {"GET", path, "", ""}));
    EXPECT_EQ(response.status, 503U) << path;
    EXPECT_EQ(code_of(response), "not_ready") << path;
  }
  const auto status = std::get<Response>(answer(node, {"GET", "/v1/status", "", ""}));
  EXPECT_EQ(status.status, 200U);
  EXPECT_TRUE(json::parse(status.body).at("tip").is_null());
  EXPECT_EQ(std::get<Response>(answer(node, {"GET", "/readyz", "", ""})).status, 503U);
  EXPECT_EQ(std::get<Response>(answer(node, {"GET", "/livez", "", ""})).status, 200U);
}

}  // namespace
}  // namespace suara::api
