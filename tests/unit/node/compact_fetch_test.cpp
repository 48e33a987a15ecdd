// A new block on its way in: header and leaves first, what waits in the mempool from there, the rest asked for.
#include "peer-node/chain/merkle.hpp"
#include "peer-node/sync/limits.hpp"
#include "tests/unit/node/compact_fixture.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

using std::chrono::milliseconds;

TEST_F(NodeCompact, ABlockWhoseTransactionsWaitTakesOneQuestion) {
  auto& peer = net.befriend(host, "peer");
  const auto first = record(net.spec, voter_key(1), 1);
  const auto second = record(net.spec, voter_key(2), 2);
  wait_in_mempool(first);
  wait_in_mempool(second);
  const auto block = block_of({first, second});
  net.run(std::chrono::seconds(1));
  peer.lines.clear();
  announce(peer, block);
  EXPECT_EQ(peer.lines, std::vector{line(question(block))});
  say(peer, compact_of(block));
  EXPECT_EQ(host.height(), 1U);
  EXPECT_EQ(peer.lines.size(), 1U) << "nothing else was asked, and it is not told of what it has";
}

TEST_F(NodeCompact, OnlyWhatIsMissingIsAskedFor) {
  auto& peer = net.befriend(host, "peer");
  const auto waiting = record(net.spec, voter_key(1), 1);
  wait_in_mempool(waiting);
  const auto block = block_of({record(net.spec, voter_key(2), 2), waiting, record(net.spec, voter_key(3), 3)});
  announce(peer, block);
  say(peer, compact_of(block));
  const auto id = chain::block_id(block.header);
  ASSERT_TRUE(got(peer, wire::peer::GetBlockTransactions{id, {0, 2}}));
  EXPECT_EQ(host.height(), 0U);
  say(peer, wire::peer::BlockTransactions{
                id, {ledger::encode(block.transactions[0]), ledger::encode(block.transactions[2])}});
  EXPECT_EQ(host.height(), 1U);
  EXPECT_FALSE(got(peer, whole(block)));
}

// The id of a transaction does not cover its signature.
TEST_F(NodeCompact, ATransactionOfTheSameIdWithAnotherSignatureIsMissing) {
  auto& peer = net.befriend(host, "peer");
  const auto waiting = record(net.spec, voter_key(1), 1);
  const auto in_block = record(net.spec, voter_key(1), 1);
  ASSERT_EQ(ledger::transaction_id(waiting), ledger::transaction_id(in_block));
  ASSERT_NE(waiting.signature, in_block.signature);
  wait_in_mempool(waiting);
  const auto block = block_of({in_block});
  announce(peer, block);
  say(peer, compact_of(block));
  const auto id = chain::block_id(block.header);
  ASSERT_TRUE(got(peer, wire::peer::GetBlockTransactions{id, {0}}));
  say(peer, wire::peer::BlockTransactions{id, {ledger::encode(in_block)}});
  EXPECT_EQ(host.height(), 1U);
  EXPECT_EQ(host.node->mempool()->size(), 0U);
}

TEST_F(NodeCompact, LeavesThatAreNotTheHeadersCostTheSenderAndTheNextIsAsked) {
  auto& liar = net.befriend(host, "liar");
  auto& honest = net.befriend(host, "honest");
  const auto block = block_of({record(net.spec, voter_key(1), 1)});
  announce(liar, block);
  announce(honest, block);
  EXPECT_TRUE(got(liar, question(block)));
  EXPECT_FALSE(got(honest, question(block))) << "one at a time";
  auto lie = compact_of(block);
  lie.leaves[0].bytes[0] ^= 1;
  say(liar, lie);
  EXPECT_TRUE(liar.closed);
  EXPECT_TRUE(liar.received("bad_transactions_root"));
  EXPECT_FALSE(known(block)) << "nothing of its answer is kept";
  EXPECT_TRUE(got(honest, question(block)));
}

TEST_F(NodeCompact, TransactionsThatAreNotTheBlocksCostTheSender) {
  auto& liar = net.befriend(host, "liar");
  auto& honest = net.befriend(host, "honest");
  const auto block = block_of({record(net.spec, voter_key(1), 1)});
  announce(liar, block);
  announce(honest, block);
  say(liar, compact_of(block));
  say(liar, wire::peer::BlockTransactions{chain::block_id(block.header),
                                          {ledger::encode(record(net.spec, voter_key(2), 2))}});
  EXPECT_TRUE(liar.closed);
  EXPECT_TRUE(liar.received("bad_transactions_root"));
  EXPECT_TRUE(got(honest, whole(block)));
}

TEST_F(NodeCompact, WhoDoesNotAnswerLosesItsTurnAfterTwoSeconds) {
  auto& silent = net.befriend(host, "silent");
  auto& helpful = net.befriend(host, "helpful");
  const auto block = block_of({});
  announce(silent, block);
  announce(helpful, block);
  net.run(milliseconds(1999));
  EXPECT_FALSE(got(helpful, question(block)));
  net.run(milliseconds(2));
  EXPECT_TRUE(got(helpful, question(block)));
  say(helpful, compact_of(block));
  EXPECT_EQ(host.height(), 1U);
  EXPECT_FALSE(silent.closed);
  const auto next = block_of({});
  announce(silent, next);
  EXPECT_FALSE(got(silent, question(next))) << "it held us up a moment ago";
  EXPECT_TRUE(silent.received("get_headers"));
}

TEST_F(NodeCompact, WhoWithholdsTransactionsLosesTheBlockAfterTwoSeconds) {
  auto& silent = net.befriend(host, "silent");
  auto& helpful = net.befriend(host, "helpful");
  const auto block = block_of({record(net.spec, voter_key(1), 1)});
  announce(silent, block);
  announce(helpful, block);
  say(silent, compact_of(block));
  ASSERT_TRUE(silent.received("get_block_transactions"));
  net.run(milliseconds(1999));
  EXPECT_FALSE(got(helpful, whole(block)));
  net.run(milliseconds(2));
  EXPECT_TRUE(got(helpful, whole(block)));
  say(helpful, wire::peer::BlockBody{chain::encode(block)});
  EXPECT_EQ(host.height(), 1U);
}

TEST_F(NodeCompact, WhatNobodySendsCompactlyIsAskedForByItsHeader) {
  auto& silent = net.befriend(host, "silent");
  const auto block = block_of({});
  announce(silent, block);
  net.run(milliseconds(1999));
  EXPECT_FALSE(silent.received("get_headers"));
  net.run(milliseconds(2));
  EXPECT_TRUE(silent.received("get_headers"));
  say(silent, headers_of({block}));
  EXPECT_TRUE(got(silent, whole(block)));
}

TEST_F(NodeCompact, WhoLacksItIsNotWaitedFor) {
  auto& mistaken = net.befriend(host, "mistaken");
  const auto block = block_of({});
  announce(mistaken, block);
  say(mistaken, wire::peer::NotFound{{chain::block_id(block.header)}, {}});
  EXPECT_TRUE(mistaken.received("get_headers"));
}

TEST_F(NodeCompact, WhoCannotSupplyTransactionsIsAskedForTheWholeBlock) {
  auto& peer = net.befriend(host, "peer");
  const auto block = block_of({record(net.spec, voter_key(1), 1)});
  const auto id = chain::block_id(block.header);
  announce(peer, block);
  say(peer, compact_of(block));
  ASSERT_TRUE(got(peer, wire::peer::GetBlockTransactions{id, {0}}));
  say(peer, wire::peer::NotFound{{id}, {}});
  EXPECT_TRUE(got(peer, whole(block)));
  say(peer, wire::peer::BlockBody{chain::encode(block)});
  EXPECT_EQ(host.height(), 1U);
}

TEST_F(NodeCompact, ABlockThatRepeatsALeafIsNotPutTogether) {
  auto& peer = net.befriend(host, "peer");
  const auto waiting = record(net.spec, voter_key(1), 1);
  wait_in_mempool(waiting);
  const auto block = block_of({waiting, waiting});
  announce(peer, block);
  say(peer, compact_of(block));
  EXPECT_TRUE(peer.closed);
  EXPECT_TRUE(peer.received("duplicate_transaction"));
  EXPECT_EQ(host.height(), 0U);
}

TEST_F(NodeCompact, ABlockWithoutItsParentIsAskedForByItsHeader) {
  auto& peer = net.befriend(host, "peer");
  const auto blocks = mine_chain(chain::genesis_block(net.spec).header, 2);
  announce(peer, blocks[1]);
  say(peer, compact_of(blocks[1]));
  EXPECT_FALSE(peer.closed);
  EXPECT_FALSE(known(blocks[1]));
  EXPECT_TRUE(peer.received("get_headers"));
}

TEST_F(NodeCompact, ABlockThatDoesNotLeadOnIsAskedForByItsHeader) {
  auto& peer = net.befriend(host, "peer");
  const auto block = block_of({});
  const auto sibling = mine_block(chain::genesis_block(net.spec).header, {}, {}, 1'000);
  announce(peer, block);
  say(peer, compact_of(block));
  ASSERT_EQ(host.height(), 1U);
  announce(peer, sibling);
  say(peer, compact_of(sibling));
  EXPECT_FALSE(known(sibling));
  EXPECT_TRUE(peer.received("get_headers"));
  EXPECT_FALSE(peer.closed);
}

TEST_F(NodeCompact, AHeaderWithoutWorkCostsTheSender) {
  auto& liar = net.befriend(host, "liar");
  auto block = block_of({});
  const auto target = *chain::target_of(block.header.bits);
  while (chain::meets_target(chain::block_id(block.header), target)) ++block.header.nonce;
  announce(liar, block);
  say(liar, compact_of(block));
  EXPECT_TRUE(liar.closed);
  EXPECT_TRUE(liar.received("insufficient_work"));
  EXPECT_FALSE(known(block));
  EXPECT_EQ(host.node->footprint(), 0U);
}

TEST_F(NodeCompact, AHeaderFromTheFutureIsAskedForAgainLater) {
  auto& peer = net.befriend(host, "peer");
  const auto future = to_unix_ms(net.now().wall) + 75'000;
  const auto block = mine_block(host.tip_header(), {}, [&](chain::Header& header) { header.time_ms = future; });
  announce(peer, block);
  say(peer, compact_of(block));
  EXPECT_FALSE(peer.closed);
  EXPECT_FALSE(peer.received("get_headers"));
  net.run(sync::kHeadersRetry - milliseconds(1));
  EXPECT_FALSE(peer.received("get_headers"));
  net.run(milliseconds(2));
  EXPECT_TRUE(peer.received("get_headers"));
}

TEST_F(NodeCompact, AnswersNobodyAskedForAreIgnored) {
  auto& peer = net.befriend(host, "peer");
  const auto block = block_of({record(net.spec, voter_key(1), 1)});
  say(peer, compact_of(block));
  say(peer, wire::peer::BlockTransactions{chain::block_id(block.header), {Bytes{1, 2, 3}}});
  EXPECT_FALSE(peer.closed);
  EXPECT_FALSE(known(block));
}

TEST_F(NodeCompact, PartialBlocksAreFewAndTheOldestIsAskedForWhole) {
  std::vector<NodeNet::Script*> peers;
  std::vector<chain::Block> blocks;
  for (std::size_t i = 0; i <= sync::kMaxPartialBlocks; ++i) {
    EXPECT_FALSE(i > 0 && got(*peers.front(), whole(blocks.front())));
    peers.push_back(&net.befriend(host, "peer " + std::to_string(i)));
    const chain::Header parent = blocks.empty() ? host.tip_header() : blocks.back().header;
    blocks.push_back(mine_block(parent, {record(net.spec, voter_key(i), i)}));
    announce(*peers[i], blocks[i]);
    say(*peers[i], compact_of(blocks[i]));
    EXPECT_TRUE(peers[i]->received("get_block_transactions")) << i;
  }
  EXPECT_TRUE(got(*peers.front(), whole(blocks.front())));
  say(*peers.front(), supply(blocks.front()));
  EXPECT_FALSE(peers.front()->closed) << "it answers what it was asked";
  EXPECT_EQ(host.height(), 0U);
  say(*peers.front(), wire::peer::BlockBody{chain::encode(blocks.front())});
  for (std::size_t i = 1; i < peers.size(); ++i) say(*peers[i], supply(blocks[i]));
  EXPECT_EQ(host.height(), blocks.size());
  for (NodeNet::Script* peer : peers) net.hang_up(*peer);
  settle();
  EXPECT_EQ(host.node->footprint(), 0U);
}

// Who is asked lines questions up, and parts with peers that ask for too much at a time.
TEST_F(NodeCompact, OfOnePeerNoMoreIsAskedForAtATimeThanItTakes) {
  auto& peer = net.befriend(host, "peer");
  std::uint64_t leaf = 0;
  const auto lacking = [&](std::size_t count, const chain::Header& parent) {
    std::vector<Hash256> leaves;
    while (leaves.size() < count) leaves.push_back(sha256(as_bytes(std::to_string(++leaf))));
    const auto block =
        mine_block(parent, {}, [&](chain::Header& header) { header.transactions_root = chain::merkle_root(leaves); });
    announce(peer, block);
    say(peer, wire::peer::Compact{chain::encode(chain::SealedHeader(block.header)), leaves});
    return block;
  };
  const auto asked = [&] { return peer.times("get_block_transactions"); };
  const auto first = lacking(sync::kMaxPlacesInFlight - 1, host.tip_header());
  EXPECT_EQ(asked(), 1);
  const auto second = lacking(2, first.header);
  EXPECT_EQ(asked(), 1);
  EXPECT_TRUE(got(peer, whole(second)));
  say(peer, wire::peer::NotFound{{chain::block_id(first.header)}, {}});
  lacking(2, second.header);
  EXPECT_EQ(asked(), 2);
}

TEST_F(NodeCompact, ManyWhoDialedUsHoldABlockUpNoLongerThanOne) {
  auto options = net.options(2);
  options.max_outbound = 0;
  auto& friendly = net.start(options);
  std::vector<NodeNet::Script*> silent;
  for (int i = 0; i < 10; ++i) silent.push_back(&net.befriend(host, "silent " + std::to_string(i)));
  net.say(*silent.front(), wire::peer::Peers{{*options.advertise}});
  ASSERT_TRUE(net.until([&] { return host.node->peers().size() == silent.size() + 1; }, std::chrono::seconds(1)));
  net.run(std::chrono::seconds(1));
  const auto block = block_of({});
  for (NodeNet::Script* script : silent) announce(*script, block);
  auto& miner = net.befriend(friendly, "miner");
  const Instant begin = net.now().instant;
  announce(miner, block);
  say(miner, compact_of(block));
  ASSERT_EQ(friendly.height(), 1U);
  EXPECT_TRUE(net.until([&] { return host.height() == 1; }));
  EXPECT_EQ(net.now().instant - begin, sync::kCompactTimeout);
}

TEST_F(NodeCompact, NothingIsAskedCompactlyWhileCatchingUp) {
  auto& ahead = net.befriend(host, "ahead", 100, 1'000'000);
  const auto block = block_of({});
  announce(ahead, block);
  EXPECT_FALSE(ahead.received("get_compact"));
}

}  // namespace
}  // namespace suara::testing
