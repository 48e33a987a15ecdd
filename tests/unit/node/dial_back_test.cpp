// Bootstrap servers that ask who is at an address.
#include "common/wire/dial_back.hpp"
#include "peer-node/node/limits.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeDialBack : ::testing::Test {
  NodeNet net;

  [[nodiscard]] wire::DialBack question(const std::string& about = "10.0.0.1:3000") const {
    return {chain::network_id(net.spec).hex(), *wire::parse_address(about), sha256(as_bytes(about))};
  }
  NodeNet::Script& ask(NodeNet::Host& host, const wire::DialBack& request, const std::string& from = "10.9.9.9") {
    auto& script = net.connect(host, from);
    net.send(script, encode(request));
    return script;
  }
};

TEST_F(NodeDialBack, IsAnsweredWithAProofOfTheNodesKeyAndClosed) {
  auto& host = net.start(net.options(1));
  const auto request = question();
  auto& script = ask(host, request);
  ASSERT_TRUE(net.until([&] { return script.closed; }, std::chrono::seconds(1)));
  ASSERT_EQ(script.lines.size(), 1U);
  const auto answer = wire::decode_dial_back_answer(script.lines[0]);
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->nonce, request.nonce);
  EXPECT_EQ(answer->network, chain::network_id(net.spec));
  ASSERT_TRUE(answer->proof);
  EXPECT_EQ(answer->proof->key, host.options.node_key.public_key());
  EXPECT_TRUE(verify(answer->proof->key, wire::dial_back_digest(answer->network, request.nonce, request.address),
                     answer->proof->signature));
  EXPECT_EQ(host.node->footprint(), 0U);
}

TEST_F(NodeDialBack, AnotherNetworksQuestionIsAnsweredWithOurOwn) {
  auto& host = net.start(net.options(1));
  auto& script = ask(host, {std::string(64, 'a'), {"10.0.0.1", 3000}, sha256(as_bytes("n"))});
  ASSERT_TRUE(net.until([&] { return script.closed; }, std::chrono::seconds(1)));
  const auto answer = wire::decode_dial_back_answer(script.lines.at(0));
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->network, chain::network_id(net.spec));
}

TEST_F(NodeDialBack, StrangersGetSoManyAnswersKnownServersAll) {
  auto options = net.options(1);
  options.bootstrap = {wire::Address{"10.0.1.1", 4000}};
  auto& host = net.start(options);
  const auto answered = [&](std::size_t times, const std::string& from) {
    std::vector<NodeNet::Script*> scripts;
    for (std::size_t i = 0; i < times; ++i) scripts.push_back(&ask(host, question(), from));
    net.run(std::chrono::milliseconds(1));
    return std::ranges::count_if(scripts, [](const auto* script) {
      EXPECT_TRUE(script->closed);
      return script->lines.size() == 1;
    });
  };
  const auto bound = static_cast<std::ptrdiff_t>(node::kMaxDialBacksAtOnce);
  EXPECT_EQ(answered(node::kMaxDialBacksAtOnce + 20, "10.9.9.9"), bound);
  EXPECT_EQ(answered(20, "10.0.1.1"), 20);
  net.run(5 * node::kDialBackInterval);
  EXPECT_EQ(answered(20, "10.9.9.9"), 5);
}

TEST_F(NodeDialBack, IsNoWayIntoTheHandshakeNorOutOfIt) {
  auto& host = net.start(net.options(1));
  auto& broken = net.connect(host);
  net.send(broken, R"({"type":"verify","payload":{"address":"10.0.0.1:3000","nonce":"short"}})");
  EXPECT_TRUE(net.until([&] { return broken.closed; }, std::chrono::seconds(1)));
  EXPECT_TRUE(broken.received("handshake_out_of_order"));
  auto& peer = net.befriend(host, "a peer");
  net.send(peer, encode(question()));
  net.run(std::chrono::seconds(1));
  EXPECT_FALSE(peer.received("\"verified\"")) << "a type this connection does not know";
  EXPECT_FALSE(peer.closed);
}

}  // namespace
}  // namespace suara::testing
