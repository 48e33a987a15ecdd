// What ends a connection, what does not, and what the sender is told.
#include "tests/support/block_messages.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeViolations : ::testing::Test {
  NodeNet net;
  NodeNet::Host& host = net.start(net.options(1));

  /// Gives the node these headers when it asks, which it is made to by an announcement.
  void offer(NodeNet::Script& script, const std::vector<chain::Block>& blocks) {
    net.say(script, wire::peer::Announce{{chain::block_id(blocks.back().header)}, {}});
    ASSERT_TRUE(net.until([&] { return script.received("get_headers"); }));
    net.say(script, headers_of(blocks));
  }
  void expect_told(NodeNet::Script& script, const std::string& code) {
    EXPECT_TRUE(net.until([&] { return script.closed; }, std::chrono::seconds(5)));
    EXPECT_TRUE(script.received("\"error\"") && script.received(code)) << ::testing::PrintToString(script.lines);
    EXPECT_EQ(host.node->footprint(), 0U);
  }
  [[nodiscard]] std::vector<chain::Block> chain_of(std::size_t count) const {
    return mine_chain(chain::genesis_block(net.spec).header, count);
  }
};

TEST_F(NodeViolations, GarbageAsFirstLine) {
  auto& script = net.connect(host);
  net.send(script, "GET / HTTP/1.1");
  expect_told(script, "not_json");
}

TEST_F(NodeViolations, OversizedLine) {
  auto& script = net.befriend(host, "somebody");
  net.send_oversized(script);
  expect_told(script, "line_too_long");
}

TEST_F(NodeViolations, MalformedMessageOfAKnownType) {
  auto& script = net.befriend(host, "somebody");
  net.send(script, R"({"type":"get_blocks","payload":{"ids":["xyz"]}})");
  expect_told(script, "bad_value");
}

TEST_F(NodeViolations, SecondHello) {
  auto& script = net.befriend(host, "somebody");
  net.say(script, wire::peer::Hello{});
  expect_told(script, "handshake_out_of_order");
}

TEST_F(NodeViolations, UnknownTypesAndMembersAreIgnored) {
  auto& script = net.befriend(host, "somebody");
  net.send(script, R"({"type":"sing","payload":{"song":[1,2]}})");
  net.send(script, R"({"type":"ping","payload":{"nonce":7,"mood":"fine"},"extra":1})");
  EXPECT_TRUE(net.until([&] { return script.received(R"({"type":"pong","payload":{"nonce":7,)"); }));
  EXPECT_FALSE(script.closed);
}

TEST_F(NodeViolations, AnErrorIsTheLastThatIsHeardOfAPeer) {
  auto& script = net.befriend(host, "somebody");
  const std::size_t before = host.reports.size();
  for (int i = 0; i < 100; ++i) net.say(script, wire::peer::ErrorMessage{"bad_value", "you are wrong"});
  EXPECT_TRUE(net.until([&] { return script.closed; }, std::chrono::seconds(1)));
  EXPECT_EQ(host.reports.size(), before + 1);
  EXPECT_TRUE(host.reported("you are wrong"));
}

TEST_F(NodeViolations, HeadersWithoutWork) {
  auto& script = net.befriend(host, "somebody");
  auto blocks = chain_of(1);
  const auto target = *chain::target_of(blocks[0].header.bits);
  while (chain::meets_target(chain::block_id(blocks[0].header), target)) ++blocks[0].header.nonce;
  offer(script, blocks);
  expect_told(script, "insufficient_work");
}

TEST_F(NodeViolations, HeadersThatHangInTheAir) {
  auto& script = net.befriend(host, "somebody");
  const auto blocks = chain_of(3);
  offer(script, {blocks[2]});
  expect_told(script, "orphan_header");
}

TEST_F(NodeViolations, HeaderFromTheFutureIsNoViolation) {
  auto& script = net.befriend(host, "somebody");
  const auto future = to_unix_ms(net.now().wall) + 3'600'000;
  offer(script, {mine_block(chain::genesis_block(net.spec).header, {},
                            [&](chain::Header& header) { header.time_ms = future; })});
  net.run(std::chrono::seconds(29));
  const auto asked = [&] {
    return std::ranges::count_if(script.lines,
                                 [](const auto& line) { return line.find("get_headers") != std::string::npos; });
  };
  EXPECT_EQ(asked(), 1);
  EXPECT_TRUE(host.node->synced()) << "nothing keeps it from mining meanwhile";
  net.run(std::chrono::seconds(2));
  EXPECT_EQ(asked(), 2);
  EXPECT_FALSE(script.closed);
}

TEST_F(NodeViolations, MutatedBodyCostsTheSenderNotTheBlock) {
  auto& script = net.befriend(host, "somebody");
  auto blocks = chain_of(1);
  offer(script, blocks);
  ASSERT_TRUE(net.until([&] { return script.received("get_blocks"); }));
  auto mutated = blocks[0];
  mutated.transactions.push_back(record(net.spec, voter_key(1), 1));
  net.say(script, wire::peer::BlockBody{chain::encode(mutated)});
  expect_told(script, "bad_transactions_root");
  // Somebody else delivers it.
  auto& honest = net.befriend(host, "somebody else", 1, 0);
  net.say(honest, wire::peer::Announce{{chain::block_id(blocks[0].header)}, {}});
  ASSERT_TRUE(net.until([&] { return honest.received("get_blocks"); }));
  net.say(honest, wire::peer::BlockBody{chain::encode(blocks[0])});
  EXPECT_TRUE(net.until([&] { return host.height() == 1; }));
}

TEST_F(NodeViolations, BlockWithABadSignatureIsInvalidForGood) {
  auto& script = net.befriend(host, "somebody");
  auto forged = record(net.spec, voter_key(1), 1);
  forged.signature.bytes[10] ^= 1;
  const auto block = mine_block(chain::genesis_block(net.spec).header, {forged});
  offer(script, {block, mine_block(block.header)});  // whoever builds on it has checked it
  ASSERT_TRUE(net.until([&] { return script.received("get_blocks"); }));
  net.say(script, wire::peer::BlockBody{chain::encode(block)});
  expect_told(script, "bad_signature");
  const auto entry = host.node->chain()->find(host.node->view(), chain::block_id(block.header));
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->status, chain::BlockStatus::kInvalid);
  EXPECT_EQ(host.height(), 0U);
}

TEST_F(NodeViolations, TransactionWithABadSignature) {
  auto& script = net.befriend(host, "somebody");
  auto forged = record(net.spec, voter_key(1), 1);
  forged.signature.bytes[10] ^= 1;
  net.say(script, wire::peer::Announce{{}, {ledger::transaction_id(forged)}});
  ASSERT_TRUE(net.until([&] { return script.received("get_transactions"); }));
  net.say(script, wire::peer::Transactions{{ledger::encode(forged)}});
  expect_told(script, "bad_signature");
  EXPECT_EQ(host.node->mempool()->size(), 0U);
}

TEST_F(NodeViolations, UnansweredHeadersAfterHalfAMinute) {
  auto& script = net.befriend(host, "somebody", 10, 1000);
  net.run(std::chrono::seconds(20));
  net.say(script, wire::peer::Pong{0});
  net.run(std::chrono::seconds(9));
  EXPECT_FALSE(script.closed);
  expect_told(script, "headers_timeout");
}

}  // namespace
}  // namespace suara::testing
