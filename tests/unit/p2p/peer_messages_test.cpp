#include "common/wire/peer_messages.hpp"
#include "common/util/base64.hpp"
#include "common/wire/decode_error.hpp"
#include "common/wire/limits.hpp"

#include <gtest/gtest.h>

namespace suara::wire::peer {
namespace {

std::string refused(std::string_view line) {
  const auto message = decode(line);
  return message ? "accepted" : std::string(message.error().name());
}

std::string with_ids(std::string_view type, std::string_view member, std::size_t count) {
  std::string line = R"({"type":")" + std::string(type) + R"(","payload":{")" + std::string(member) + "\":[";
  for (std::size_t i = 0; i < count; ++i) line += (i == 0 ? "\"" : ",\"") + std::string(64, 'a') + "\"";
  return line + "]}}";
}

TEST(PeerMessages, CountsAreHeldToTheirLimits) {
  EXPECT_EQ(refused(with_ids("get_blocks", "ids", kMaxBlocksPerRequest)), "accepted");
  EXPECT_EQ(refused(with_ids("get_blocks", "ids", kMaxBlocksPerRequest + 1)), "bad_value");
  EXPECT_EQ(refused(with_ids("get_headers", "locator", kMaxLocatorSize + 1)), "bad_value");
  EXPECT_EQ(refused(with_ids("announce", "transactions", kMaxAnnouncedIds)), "accepted");
  EXPECT_EQ(refused(with_ids("announce", "transactions", kMaxAnnouncedIds + 1)), "bad_value");
  EXPECT_EQ(refused(with_ids("get_transactions", "ids", kMaxTransactionsPerRequest + 1)), "bad_value");
}

TEST(PeerMessages, HeadersAreWholeAndBounded) {
  const auto headers = [](std::size_t size_bytes) {
    return R"({"type":"headers","payload":{"headers":")" + to_base64(Bytes(size_bytes, 7)) + R"("}})";
  };
  EXPECT_EQ(refused(headers(0)), "accepted");
  EXPECT_EQ(refused(headers(96 * kMaxHeadersPerMessage)), "accepted");
  EXPECT_EQ(refused(headers(224 * kMaxHeadersPerMessage)), "accepted") << "with seals";
  EXPECT_EQ(refused(headers(224 * (kMaxHeadersPerMessage + 1))), "bad_value");
  EXPECT_EQ(refused(headers(95)), "bad_value");
}

TEST(PeerMessages, EachWrongMemberIsNamed) {
  const auto message = decode(R"({"type":"peers","payload":{"addresses":["10.0.0.1"]}})");
  ASSERT_FALSE(message);
  EXPECT_NE(message.error().message().find("payload.addresses"), std::string::npos);
  EXPECT_EQ(refused(R"({"type":"ping","payload":{}})"), "missing_member");
  EXPECT_EQ(refused(R"({"type":"ping","payload":{"nonce":"1"}})"), "wrong_type");
  EXPECT_EQ(refused(R"({"type":"ping","payload":{"nonce":-1}})"), "bad_value");
  EXPECT_EQ(refused(R"({"type":"hello","payload":{"versions":1}})"), "wrong_type");
  EXPECT_EQ(refused(R"({"type":"hello","payload":{"versions":[1.5]}})"), "bad_value");
  EXPECT_EQ(refused(R"({"type":"hello_proof","payload":{"signature":"00"}})"), "bad_value");
  EXPECT_EQ(refused(R"({"type":"block","payload":{"block":"@@@@"}})"), "bad_value");
  EXPECT_EQ(refused(R"({"payload":{}})"), "missing_member");
  EXPECT_EQ(refused("nonsense"), "not_json");
}

TEST(PeerMessages, UnknownTypesKeepTheirName) {
  const auto message = decode(R"({"type":"sing"})");
  ASSERT_TRUE(message);
  EXPECT_EQ(std::get<Unknown>(*message).type, "sing");
}

TEST(PeerMessages, LongReasonsAreCutBetweenCharacters) {
  for (const std::string& start : {std::string(), std::string("x")}) {
    std::string text = start;
    while (text.size() < 5000) text += "\u00e9";
    const std::string line = encode(ErrorMessage{"code", text});
    const auto message = decode(std::string_view(line).substr(0, line.size() - 1));
    ASSERT_TRUE(message) << message.error().message();
    EXPECT_GE(std::get<ErrorMessage>(*message).message.size(), kMaxReasonSizeBytes - 1);
  }
}

}  // namespace
}  // namespace suara::wire::peer
