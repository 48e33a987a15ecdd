#include "common/wire/node_command.hpp"

#include "common/wire/decode_error.hpp"

#include <gtest/gtest.h>

namespace suara::wire {
namespace {

struct NodeCommands : ::testing::Test {
  PrivateKey key = PrivateKey::from_seed("admin");
  NetworkId network{sha256(as_bytes("a network"))};
  NodeCommand ban{NodeCommandKind::kBan, "192.0.2.0/24", 3'600'000, "spam", {}};

  [[nodiscard]] bool holds(const NodeCommand& command) const {
    return verify(command.authorization->key, digest_to_sign(command, network), command.authorization->signature);
  }
};

TEST_F(NodeCommands, ComeBackAsTheyWereSentAndTheSignatureHolds) {
  sign(ban, network, key, 1'764'000'000'000);
  const auto back = decode_node_command(encode(ban));
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(encode(*back), encode(ban));
  EXPECT_TRUE(holds(*back));
}

TEST_F(NodeCommands, EveryPartIsSigned) {
  sign(ban, network, key, 7);
  const auto changed = [&](const auto& change) {
    NodeCommand copy = ban;
    change(copy);
    return holds(copy);
  };
  EXPECT_TRUE(changed([](NodeCommand&) {}));
  EXPECT_FALSE(changed([](NodeCommand& c) { c.kind = NodeCommandKind::kUnban; }));
  EXPECT_FALSE(changed([](NodeCommand& c) { c.subject = "192.0.2.0/25"; }));
  EXPECT_FALSE(changed([](NodeCommand& c) { c.for_ms = 0; }));
  EXPECT_FALSE(changed([](NodeCommand& c) { c.reason = ""; }));
  EXPECT_FALSE(changed([](NodeCommand& c) { c.authorization->sequence = 8; }));
  const auto& authorization = *ban.authorization;
  EXPECT_FALSE(verify(authorization.key, digest_to_sign(ban, NetworkId{}), authorization.signature));
}

TEST_F(NodeCommands, UnsignedOnesDecodeAsThat) {
  const auto command = decode_node_command(R"({"command":"connect","subject":"192.0.2.7:3000"})");
  ASSERT_TRUE(command);
  EXPECT_FALSE(command->authorization);
}

TEST_F(NodeCommands, WhatIsWrongIsNamed) {
  const auto refused = [](std::string_view text) {
    const auto command = decode_node_command(text);
    return command ? std::string("none") : command.error().message();
  };
  EXPECT_NE(refused("").find("JSON"), std::string::npos);
  EXPECT_NE(refused(R"({"subject":"x"})").find("command"), std::string::npos);
  EXPECT_NE(refused(R"({"command":"dance","subject":"x"})").find("ban, unban, disconnect or connect"),
            std::string::npos);
  EXPECT_NE(refused(R"({"command":"ban"})").find("subject"), std::string::npos);
  EXPECT_NE(refused(R"({"command":"ban","subject":"x","for_ms":-1})").find("for_ms"), std::string::npos);
  EXPECT_NE(refused(R"({"command":"ban","subject":"x","for_ms":999999999999999})").find("for_ms"), std::string::npos);
  EXPECT_NE(refused(R"({"command":"ban","subject":"x","sequence":1})").find("public_key"), std::string::npos);
  EXPECT_NE(refused(R"({"command":"ban","subject":")" + std::string(400, 'x') + "\"}").find("subject"),
            std::string::npos);
}

}  // namespace
}  // namespace suara::wire
