// What is handed out of new blocks, compactly and at the pace of who reads it.
#include "tests/unit/node/compact_fixture.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeCompactServing : NodeCompact {
  NodeCompactServing() {
    const auto note = record(net.spec, voter_key(1), 1);
    block = block_of({note, record(net.spec, voter_key(2), 2)});
    auto& source = net.befriend(host, "source");
    asker = &net.befriend(host, "asker");
    announce(source, block);
    say(source, compact_of(block));
    say(source, supply(block));
    CHECK(host.height() == 1);
  }
  chain::Block block;
  NodeNet::Script* asker = nullptr;
};

TEST_F(NodeCompactServing, TheTipIsHandedOutCompactly) {
  say(*asker, question(block));
  EXPECT_EQ(asker->lines.back(), line(compact_of(block)));
  const auto id = chain::block_id(block.header);
  say(*asker, wire::peer::GetBlockTransactions{id, {1}});
  EXPECT_EQ(asker->lines.back(), line(wire::peer::BlockTransactions{id, {ledger::encode(block.transactions[1])}}));
}

TEST_F(NodeCompactServing, ATransactionThatTheBlockDoesNotHaveCostsTheAsker) {
  say(*asker, wire::peer::GetBlockTransactions{chain::block_id(block.header), {0, 2}});
  EXPECT_TRUE(asker->closed);
  EXPECT_TRUE(asker->received("no_such_transaction"));
}

TEST_F(NodeCompactServing, OldBlocksAreNotFoundThisWay) {
  const auto genesis = chain::block_id(chain::genesis_block(net.spec).header);
  const wire::peer::NotFound answer{{genesis}, {}};
  say(*asker, wire::peer::GetCompact{genesis});
  EXPECT_EQ(asker->lines.back(), line(answer));
  say(*asker, wire::peer::GetBlockTransactions{genesis, {}});
  EXPECT_EQ(asker->lines.back(), line(answer));
}

TEST_F(NodeCompactServing, RepeatedQuestionsForHeadersWaitForTheReader) {
  // About 100 answers of 10 KB fill the window.
  const auto blocks = mine_chain(block.header, 60);
  auto& source = net.befriend(host, "miner");
  for (const auto& next : blocks) {
    announce(source, next);
    say(source, compact_of(next));
  }
  ASSERT_EQ(host.height(), 61U);
  asker->lines.clear();
  for (int i = 0; i < 100; ++i) net.say(*asker, wire::peer::GetHeaders{});
  settle();
  const auto answers = [&] { return asker->times("\"headers\""); };
  const auto before = answers();
  EXPECT_LT(before, 100);
  const auto ping = wire::peer::decode(asker->lines.back());
  ASSERT_TRUE(ping && std::holds_alternative<wire::peer::Ping>(*ping));
  say(*asker, wire::peer::Pong{std::get<wire::peer::Ping>(*ping).nonce});
  EXPECT_EQ(answers(), 100);
}

}  // namespace
}  // namespace suara::testing
