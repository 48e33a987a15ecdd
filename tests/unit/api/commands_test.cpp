// What an operator says over HTTP, as far as it is read and answered here; who may say it the core decides.
#include "peer-node/node/admin_error.hpp"
#include "peer-node/node/node_error.hpp"
#include "tests/unit/api/api_fixture.hpp"

#include <boost/json/serialize.hpp>

namespace suara::api {
namespace {

using node::AdminError;
using p2p::BanError;

TEST_F(ApiTest, ACommandIsHandedOverAsItIs) {
  const auto read = answer(view(), {"POST", "/v1/commands", "", R"({"command":"ban","subject":"192.0.2.7"})"});
  ASSERT_TRUE(std::holds_alternative<Command>(read));
  EXPECT_EQ(std::get<Command>(read).command.subject, "192.0.2.7");
  EXPECT_FALSE(std::get<Command>(read).command.authorization);
}

TEST_F(ApiTest, ABadCommandIsNamed) {
  const auto wrong = ask("/v1/commands", "", "POST", R"({"command":"dance","subject":"x"})");
  EXPECT_EQ(wrong.status, 400U);
  EXPECT_EQ(code_of(wrong), "bad_command");
  EXPECT_NE(wrong.body.find("ban, unban, disconnect or connect"), std::string::npos);
  EXPECT_EQ(ask("/v1/commands").status, 405U);
  EXPECT_EQ(ask("/v1/bans", "", "POST").status, 405U);
}

TEST_F(ApiTest, BansAreListed) {
  NodeView node = view();
  const auto made = from_unix_ms(1'764'000'000'000);
  node.bans = [made] {
    return std::vector<p2p::Ban>{
        {p2p::BanSubject::parse("192.0.2.0/24").value(), made, made + std::chrono::hours(1), "spam"},
        {p2p::BanSubject::parse("2001:db8::1").value(), made, {}, ""}};
  };
  const auto listed = std::get<Response>(answer(node, {"GET", "/v1/bans", "", ""}));
  EXPECT_EQ(listed.body,
            R"({"bans":[{"subject":"192.0.2.0/24","made_ms":1764000000000,"until_ms":1764003600000,"reason":"spam"},)"
            R"({"subject":"2001:db8::1","made_ms":1764000000000,"until_ms":null,"reason":""}]})"
            "\n");
}

TEST_F(ApiTest, AlarmsAndTheClockAreInTheStatus) {
  const auto quiet = get("/v1/status");
  EXPECT_TRUE(quiet.at("clock_offset_ms").is_null());
  EXPECT_TRUE(quiet.at("reorganisations").at("last_deep").is_null());
  NodeView node = view();
  node.clock_offset = std::chrono::milliseconds(-40);
  node.alarms.deep = 2;
  node.alarms.last_deep = {7, from_unix_ms(1'764'000'000'000)};
  node.alarms.refused = 1;
  node.alarms.last_refused = {101, from_unix_ms(1'764'000'000'001)};
  const auto response = std::get<Response>(answer(node, {"GET", "/v1/status", "", ""}));
  const auto status = json::parse(response.body).as_object();
  EXPECT_EQ(status.at("clock_offset_ms").as_int64(), -40);
  EXPECT_EQ(json::serialize(status.at("reorganisations")),
            R"({"deep":2,"last_deep":{"depth_blocks":7,"time_ms":1764000000000},)"
            R"("refused":1,"last_refused":{"depth_blocks":101,"time_ms":1764000000001}})");
}

TEST_F(ApiTest, ProgressIsInTheStatus) {
  NodeView node = view();
  node.progress = {34'299, 100'000, 34.299, 3'240.6, std::chrono::seconds(21)};
  const auto response = std::get<Response>(answer(node, {"GET", "/v1/status", "", ""}));
  EXPECT_EQ(json::serialize(json::parse(response.body).at("progress")),
            R"({"percent":34,"blocks_per_second":3240,"left_ms":21000})");
  EXPECT_TRUE(get("/v1/status").at("progress").at("left_ms").is_null());
}

TEST_F(ApiTest, APeersPingIsInWholeMilliseconds) {
  NodeView node = view();
  node.peers.resize(2);
  node.peers[1].ping = std::chrono::microseconds(400);
  const auto response = std::get<Response>(answer(node, {"GET", "/v1/peers", "", ""}));
  const auto peers = json::parse(response.body).at("peers").as_array();
  EXPECT_TRUE(peers[0].at("ping_ms").is_null());
  EXPECT_EQ(peers[1].at("ping_ms").as_int64(), 1);
}

TEST(CommandResponse, SaysWhatCameOfIt) {
  using Kind = wire::NodeCommandKind;
  EXPECT_EQ(command_response(Kind::kBan, node::CommandOutcome{2, ""}).body, "{\"connections_ended\":2}\n");
  EXPECT_EQ(command_response(Kind::kConnect, node::CommandOutcome{0, "3e"}).body, "{\"node_key\":\"3e\"}\n");
  const std::pair<Error, unsigned> refusals[] = {
      {AdminError::kUnsigned, 401},         {AdminError::kBadSignature, 401},     {AdminError::kNotPermitted, 403},
      {AdminError::kStaleSequence, 409},    {AdminError::kSequenceAhead, 409},    {AdminError::kBadAddress, 400},
      {AdminError::kOwnAddress, 409},       {AdminError::kAlreadyConnected, 409}, {AdminError::kBanned, 409},
      {AdminError::kNotConnected, 404},     {AdminError::kCannotConnect, 502},    {BanError::kBadSubject, 400},
      {BanError::kTooManyBans, 409},        {BanError::kNotBanned, 404},          {node::NodeError::kBusy, 503},
      {node::NodeError::kShuttingDown, 503}};
  for (const auto& [error, status] : refusals) {
    EXPECT_EQ(command_response(Kind::kBan, error).status, status) << error.name();
  }
}

}  // namespace
}  // namespace suara::api
