// New blocks on their way on to others: before their signatures are checked, and what that may cost whom.
#include "peer-node/sync/limits.hpp"
#include "tests/support/block_messages.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeForwarding : ::testing::Test {
  NodeForwarding() { host.workers_slow = true; }

  static chain::BlockId id_of(const chain::Block& block) { return chain::block_id(block.header); }
  static ledger::Transaction forged(const chain::ChainSpec& spec) {
    auto transaction = record(spec, voter_key(1), 1);
    transaction.signature.bytes[10] ^= 1;
    return transaction;
  }
  void settle() { net.run(std::chrono::milliseconds(0)); }
  void say(NodeNet::Script& script, const wire::peer::Message& message) {
    net.say(script, message);
    settle();
  }
  /// As from a peer that knows no compact blocks.
  void send_block(NodeNet::Script& script, const chain::Block& block) {
    say(script, wire::peer::Announce{{id_of(block)}, {}});
    ASSERT_TRUE(script.received("get_headers"));
    say(script, headers_of({block}));
    ASSERT_TRUE(script.received("get_blocks"));
    say(script, wire::peer::BlockBody{chain::encode(block)});
  }
  static auto announcements(const NodeNet::Script& script, const chain::Block& block) {
    return std::ranges::count_if(script.lines, [&](const std::string& line) {
      return line.starts_with(R"({"type":"announce")") && line.find(id_of(block).hex()) != std::string::npos;
    });
  }
  std::string answer(NodeNet::Script& script, const wire::peer::Message& question) {
    say(script, question);
    return script.lines.back() + "\n";
  }
  [[nodiscard]] std::optional<chain::BlockStatus> status(const chain::Block& block) const {
    const auto entry = host.node->chain()->find(host.node->view(), id_of(block));
    return entry ? std::optional(entry->status) : std::nullopt;
  }
  [[nodiscard]] chain::Block block_of(const ledger::Transaction& transaction) const {
    return mine_block(host.tip_header(), {transaction});
  }

  NodeNet net;
  NodeNet::Host& host = net.start(net.options(1));
  NodeNet::Script& source = net.befriend(host, "source");
  NodeNet::Script& other = net.befriend(host, "other");
};

TEST_F(NodeForwarding, ABlockGoesOnBeforeItsSignaturesAreChecked) {
  const auto block = block_of(record(net.spec, voter_key(1), 1));
  send_block(source, block);
  ASSERT_EQ(host.height(), 0U);
  ASSERT_EQ(host.unverified.size(), 1U);
  EXPECT_EQ(announcements(other, block), 1);
  // Whoever was told can have all of it.
  EXPECT_EQ(answer(other, wire::peer::GetHeaders{}), wire::peer::encode(headers_of({block})));
  EXPECT_EQ(answer(other, wire::peer::GetBlocks{{id_of(block)}}),
            wire::peer::encode(wire::peer::BlockBody{chain::encode(block)}));
  EXPECT_EQ(answer(other, wire::peer::GetCompact{id_of(block)}), wire::peer::encode(compact_of(block)));
  net.verify_next(host);
  settle();
  EXPECT_EQ(host.height(), 1U);
  EXPECT_EQ(announcements(other, block), 1) << "once";
  EXPECT_EQ(announcements(source, block), 0) << "it has it";
}

TEST_F(NodeForwarding, WhatIsToldToEverybodyElseWaitsForTheDisk) {
  host.disk_slow = true;
  const auto block = block_of(record(net.spec, voter_key(1), 1));
  send_block(source, block);
  net.verify_next(host);
  settle();
  ASSERT_EQ(host.height(), 1U);
  EXPECT_EQ(announcements(other, block), 1);
  EXPECT_TRUE(host.tips.empty());
  const auto hello = std::get<wire::peer::Hello>(*wire::peer::decode(net.befriend(host, "newcomer").lines.front()));
  EXPECT_EQ(hello.height, 0U);
  while (net.store_next(host)) {
  }
  EXPECT_EQ(host.tips.size(), 1U);
}

TEST_F(NodeForwarding, NobodyIsBlamedForABlockThatTurnsOutNotToHold) {
  const auto block = block_of(forged(net.spec));
  send_block(source, block);
  EXPECT_EQ(announcements(other, block), 1);
  net.verify_next(host);
  settle();
  EXPECT_EQ(status(block), chain::BlockStatus::kInvalid);
  EXPECT_FALSE(source.closed);
  EXPECT_EQ(answer(other, wire::peer::GetBlocks{{id_of(block)}}),
            wire::peer::encode(wire::peer::NotFound{{id_of(block)}, {}}));
  EXPECT_EQ(answer(other, wire::peer::GetHeaders{}), wire::peer::encode(wire::peer::Headers{}));
  // Its workers may be slower than ours: it still shows the header.
  say(source, headers_of({block}));
  say(source, wire::peer::Announce{{id_of(block)}, {}});
  EXPECT_FALSE(source.closed);
  EXPECT_TRUE(host.node->synced());
}

TEST_F(NodeForwarding, NorWhenItComesOnceOurOwnTipIsAsHigh) {
  const auto block = block_of(forged(net.spec));
  const auto sibling = block_of(record(net.spec, voter_key(2), 2));
  send_block(other, sibling);
  net.verify_next(host);
  settle();
  ASSERT_EQ(host.height(), 1U);
  say(source, headers_of({block}));
  say(source, wire::peer::BlockBody{chain::encode(block)});
  net.verify_next(host);
  settle();
  EXPECT_EQ(status(block), chain::BlockStatus::kInvalid);
  EXPECT_FALSE(source.closed);
}

TEST_F(NodeForwarding, WhoBuildsOnABlockThatDoesNotHoldIsBlamed) {
  const auto block = block_of(forged(net.spec));
  send_block(source, block);
  net.verify_next(host);
  say(source, headers_of({block, mine_block(block.header)}));
  EXPECT_FALSE(source.closed) << "nothing of a message is looked at behind the first header that does not hold";
  say(source, headers_of({mine_block(block.header)}));
  EXPECT_TRUE(source.closed);
  EXPECT_TRUE(source.received("invalid_parent"));
}

TEST_F(NodeForwarding, OneBlockOnATipIsPassedOnUnchecked) {
  const auto first = block_of(forged(net.spec));
  const auto second = block_of(record(net.spec, voter_key(2), 2));
  send_block(source, first);
  say(source, headers_of({second}));
  say(source, wire::peer::BlockBody{chain::encode(second)});
  EXPECT_EQ(announcements(other, first), 1);
  EXPECT_EQ(announcements(other, second), 0);
  while (net.verify_next(host)) {
  }
  settle();
  EXPECT_EQ(host.tip(), id_of(second));
  EXPECT_EQ(announcements(other, second), 1);
}

TEST_F(NodeForwarding, OneBlockAtATimeIsPassedOnUnchecked) {
  const auto first = block_of(record(net.spec, voter_key(1), 1));
  const auto second = mine_block(first.header, {record(net.spec, voter_key(2), 2)});
  send_block(source, first);
  say(source, headers_of({second}));
  say(source, wire::peer::BlockBody{chain::encode(second)});
  EXPECT_EQ(announcements(other, first), 1);
  EXPECT_EQ(announcements(other, second), 0) << "its parent is not our tip";
  while (net.verify_next(host)) {
  }
  settle();
  EXPECT_EQ(host.height(), 2U);
  EXPECT_EQ(announcements(other, second), 1);
}

TEST_F(NodeForwarding, AllThatIsPassedOnAndNotOnTheDiskYetIsShown) {
  host.disk_slow = true;
  const auto first = block_of(record(net.spec, voter_key(1), 1));
  const auto second = mine_block(first.header, {record(net.spec, voter_key(2), 2)});
  send_block(source, first);
  net.verify_next(host);
  settle();
  ASSERT_EQ(host.height(), 1U);
  say(source, wire::peer::Announce{{id_of(second)}, {}});
  say(source, headers_of({second}));
  say(source, wire::peer::BlockBody{chain::encode(second)});
  ASSERT_EQ(announcements(other, second), 1) << "its parent is our tip, whatever the disk does";
  EXPECT_EQ(answer(other, wire::peer::GetHeaders{}), wire::peer::encode(headers_of({first, second})));
}

TEST_F(NodeForwarding, WhatAPeerToldOfTooEarlyIsAskedForAgain) {
  const auto block = block_of(record(net.spec, voter_key(1), 1));
  say(source, wire::peer::Announce{{id_of(block)}, {}});
  say(source, headers_of({block}));
  const auto asked = [&] { return source.times("\"get_blocks\""); };
  ASSERT_EQ(asked(), 1);
  say(source, wire::peer::NotFound{{id_of(block)}, {}});
  net.run(sync::kNotFoundRetry - std::chrono::milliseconds(1));
  EXPECT_EQ(asked(), 1);
  net.run(std::chrono::milliseconds(2));
  ASSERT_EQ(asked(), 2);
  say(source, wire::peer::BlockBody{chain::encode(block)});
  net.verify_next(host);
  settle();
  EXPECT_EQ(host.height(), 1U);
}

TEST_F(NodeForwarding, NothingIsPassedOnUncheckedWhileCatchingUp) {
  auto& newcomer = net.start(net.options(2));
  newcomer.workers_slow = true;
  auto& ahead = net.befriend(newcomer, "ahead", 1'000, 1'000'000);
  auto& behind = net.befriend(newcomer, "behind");
  const auto block = block_of(record(net.spec, voter_key(1), 1));
  say(ahead, headers_of({block}));
  say(ahead, wire::peer::BlockBody{chain::encode(block)});
  ASSERT_EQ(newcomer.unverified.size(), 1U);
  EXPECT_EQ(announcements(behind, block), 0);
}

// A miner, and four nodes in a row behind it.
TEST(NodeBlockRelay, NewBlocksTravelWithoutAQuestionForHeadersOrWholeBlocks) {
  constexpr p2p::Discovery kNone{.push = false, .poll = false, .announce = false, .gossip = false};
  NodeNet net;
  auto options = net.options(1);
  options.mining = node::MiningMode::kPending;
  options.discovery = kNone;
  std::vector<NodeNet::Host*> hosts{&net.start(options)};
  for (unsigned number = 2; number <= 5; ++number) {
    options = net.options(number);
    options.discovery = kNone;
    options.static_peers = {wire::Address{"10.0.0." + std::to_string(number - 1), 3000}};
    hosts.push_back(&net.start(options));
  }
  const auto at = [&](std::uint64_t height) {
    return std::ranges::all_of(hosts, [&](const auto* host) { return host->height() == height; });
  };
  net.submit(*hosts.back(), 1, record(net.spec, voter_key(1), 1));
  ASSERT_TRUE(net.until([&] { return at(1); }));
  std::vector<std::string> sent;
  for (NodeNet::Host* host : hosts) {
    host->on_sent = [&](const std::string& line) { sent.push_back(line.substr(9, line.find('"', 9) - 9)); };
  }
  net.submit(*hosts.back(), 2, record(net.spec, voter_key(2), 2));
  ASSERT_TRUE(net.until([&] { return at(2); }));
  net.run(std::chrono::seconds(1));
  const auto count = [&](const std::string& type) { return std::ranges::count(sent, type); };
  EXPECT_EQ(count("get_compact"), 4);
  EXPECT_EQ(count("compact"), 4);
  EXPECT_EQ(count("get_block_transactions"), 0);
  EXPECT_EQ(count("get_headers"), 0);
  EXPECT_EQ(count("get_blocks"), 0);
  EXPECT_EQ(count("announce"), 4 + 4) << "a transaction and a block over each link, one way";
}

}  // namespace
}  // namespace suara::testing
