// Two or three nodes come to the same chain.
#include "peer-node/ledger/ledger.hpp"
#include "peer-node/sync/limits.hpp"
#include "tests/support/block_messages.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

constexpr std::uint64_t kFarAhead = 4'000'000'000'000;

struct NodeSync : ::testing::Test {
  NodeNet net;

  node::Options miner(unsigned number, node::MiningMode mode = node::MiningMode::kPending) {
    auto options = net.options(number);
    options.mining = mode;
    return options;
  }
  [[nodiscard]] chain::Header genesis() const { return chain::genesis_block(net.spec).header; }
  node::Options following(unsigned number, unsigned other) {
    auto options = net.options(number);
    options.static_peers = {wire::Address{"10.0.0." + std::to_string(other), 3000}};
    return options;
  }
};

TEST_F(NodeSync, NewcomerFetchesAChainLongerThanOneMessageOfHeaders) {
  auto& first = net.start(miner(1, node::MiningMode::kAlways));
  net.mining_delay = std::chrono::seconds(1);
  ASSERT_TRUE(net.until([&] { return first.height() >= 2100; }, std::chrono::hours(2)));
  auto& second = net.start(following(2, 1));
  ASSERT_TRUE(net.until([&] { return second.height() >= 2100; }, std::chrono::minutes(2)));
  ASSERT_TRUE(net.until([&] { return second.tip() == first.tip(); }));
  EXPECT_TRUE(second.node->synced());
}

// So that whoever serves them prepares the next while these are checked.
TEST_F(NodeSync, WhatFollowsAFullMessageOfHeadersIsAskedForBeforeItIsLookedAt) {
  auto& first = net.start(miner(1, node::MiningMode::kAlways));
  net.mining_delay = std::chrono::seconds(1);
  ASSERT_TRUE(net.until([&] { return first.height() >= 2100; }, std::chrono::hours(2)));
  const auto last = first.node->chain()->id_at(first.disk, wire::kMaxHeadersPerMessage);
  auto& second = net.start(following(2, 1));
  std::uint64_t headers_seen = 0;
  second.on_sent = [&](const std::string& line) {
    const auto message = wire::peer::decode(line.substr(0, line.find('\n')));
    const auto* question = message ? std::get_if<wire::peer::GetHeaders>(&*message) : nullptr;
    if (question != nullptr && question->locator.front() == last) headers_seen = second.node->chain()->headers_seen();
  };
  ASSERT_TRUE(net.until([&] { return second.tip() == first.tip(); }, std::chrono::minutes(2)));
  EXPECT_EQ(headers_seen, 1U) << "genesis";
}

// A clock that is behind is no reason to part with who is right.
TEST_F(NodeSync, WhatFollowsHeadersFromTheFutureIsPassedOverAndAskedForAgain) {
  auto& host = net.start(net.options(1));
  auto blocks = mine_chain(genesis(), 1'000);
  const std::uint64_t future_ms = to_unix_ms(net.now().wall + std::chrono::hours(2));
  while (blocks.size() < 2'100) {
    blocks.push_back(
        mine_block(blocks.back().header, {}, [&](auto& header) { header.time_ms = future_ms + header.height; }));
  }
  const std::span all(blocks);
  auto& script = net.befriend(host, "right", 2'100, chain::Uint256(1) << 100);
  ASSERT_TRUE(net.until([&] { return script.times("\"get_headers\"") == 1; }, std::chrono::seconds(1)));
  net.say(script, headers_of(all.first(2'000)));
  ASSERT_TRUE(net.until([&] { return script.times("\"get_headers\"") == 2; }, std::chrono::seconds(1))) << "ahead";
  net.say(script, headers_of(all.subspan(2'000)));
  net.run(std::chrono::seconds(1));
  EXPECT_EQ(host.node->peers().size(), 1U);
  EXPECT_EQ(host.node->chain()->best_header().height, 1'000U);
  net.run(sync::kHeadersRetry);
  EXPECT_EQ(script.times("\"get_headers\""), 3);
}

TEST_F(NodeSync, HeadersFromTheFutureAgainAndAgainKeepNobodyElseFromBeingAsked) {
  auto& host = net.start(net.options(1));
  auto blocks = std::vector{mine_block(
      genesis(), {}, [&](auto& header) { header.time_ms = to_unix_ms(net.now().wall + std::chrono::hours(2)); })};
  const auto rest = mine_chain(blocks.front().header, wire::kMaxHeadersPerMessage - 1);
  blocks.insert(blocks.end(), rest.begin(), rest.end());
  auto& liar = net.befriend(host, "liar", 2'000, chain::Uint256(1) << 200);
  auto& honest = net.befriend(host, "honest", 100, chain::Uint256(1) << 100, std::nullopt, "10.9.9.8");
  for (int round = 0; round < 3; ++round) {
    net.say(liar, headers_of(blocks));
    net.run(std::chrono::milliseconds(500));
  }
  EXPECT_EQ(liar.times("\"get_headers\""), 2) << "at first, and ahead";
  EXPECT_EQ(honest.times("\"get_headers\""), 1);
}

TEST_F(NodeSync, NewcomerFetchesMoreThanAWindowOfBlocksWithTransactions) {
  // Those around the middle of the window, which is when it moves on, have signatures to be checked.
  constexpr std::uint64_t kBlocks = 2 * sync::kDownloadWindow;
  constexpr std::uint64_t kMiddle = sync::kDownloadWindow / 2;
  net.mining_delay = std::chrono::seconds(1);
  auto& first = net.start(miner(1, node::MiningMode::kAlways));
  for (std::uint64_t i = kMiddle - 40; i < kMiddle + 40; ++i) {
    ASSERT_TRUE(net.until([&] { return first.height() >= i; }, std::chrono::hours(1)));
    net.submit(first, i, record(net.spec, voter_key(1), i));
  }
  ASSERT_TRUE(net.until([&] { return first.height() >= kBlocks; }, std::chrono::hours(2)));
  net.kill(first);
  auto resting = miner(1);
  resting.mining = node::MiningMode::kOff;
  first.options = resting;
  net.boot(first);  // nothing new is announced from now on: the window moves on by itself
  auto& second = net.start(following(2, 1));
  ASSERT_TRUE(net.until([&] { return second.tip() == first.tip(); }, std::chrono::minutes(2)));
}

TEST_F(NodeSync, VoteSubmittedAnywhereIsCountedEverywhere) {
  auto& first = net.start(miner(1));
  auto& second = net.start(following(2, 1));
  auto& third = net.start(following(3, 2));
  const auto open = open_election(net.spec, {"Alice", "Bob"}, 0, kFarAhead);
  net.submit(third, 1, open);
  ASSERT_TRUE(net.until([&] { return ledger::find_election(first.node->view(), election_id(open)).has_value(); }));
  ASSERT_TRUE(net.until([&] { return ledger::find_election(third.node->view(), election_id(open)).has_value(); }));
  const auto ballot = vote(net.spec, voter_key(1), election_id(open), 1);
  net.submit(third, 2, ballot);
  const auto counted = [&](NodeNet::Host& host) {
    return ledger::find_vote(host.node->view(), election_id(open), voter_key(1).public_key()).has_value();
  };
  EXPECT_TRUE(net.until([&] { return counted(first) && counted(second) && counted(third); }));
  EXPECT_TRUE(third.responses.at(2).has_value());
  EXPECT_EQ(first.tip(), third.tip());
  EXPECT_EQ(first.node->mempool()->size(), 0U);
}

TEST_F(NodeSync, ForkHealsAndTheLosersTransactionsReturn) {
  auto loser_options = miner(1);
  auto winner_options = miner(2, node::MiningMode::kAlways);
  winner_options.static_peers = {*loser_options.advertise};
  auto& loser = net.start(loser_options);
  auto& winner = net.start(winner_options);
  net.cut(loser, winner);
  const auto note = record(net.spec, voter_key(1), 7);
  net.submit(loser, 1, note);
  ASSERT_TRUE(net.until([&] { return loser.height() == 1; }));
  const auto lost_tip = loser.tip();
  ASSERT_TRUE(net.until([&] { return winner.height() >= 5; }));
  net.heal();
  ASSERT_TRUE(net.until([&] { return loser.height() >= 5 && loser.tip() == winner.tip(); }));
  EXPECT_TRUE(loser.reported("reorganised: 1 block gave way"));
  const auto mined = [&](NodeNet::Host& host) {
    return ledger::find_transaction(host.node->view(), ledger::transaction_id(note)).has_value();
  };
  EXPECT_TRUE(net.until([&] { return mined(loser) && mined(winner); }));
  EXPECT_NE(loser.node->chain()->id_at(loser.node->view(), 1), lost_tip);
}

TEST_F(NodeSync, TieOfIdleMinersIsBrokenByOneBlock) {
  auto first_options = miner(1);
  auto second_options = miner(2);
  second_options.static_peers = {*first_options.advertise};
  auto& first = net.start(first_options);
  auto& second = net.start(second_options);
  net.cut(first, second);
  net.submit(first, 1, record(net.spec, voter_key(1), 1));
  net.submit(second, 1, record(net.spec, voter_key(2), 2));
  ASSERT_TRUE(net.until([&] { return first.height() == 1 && second.height() == 1; }));
  ASSERT_NE(first.tip(), second.tip());
  net.heal();
  EXPECT_TRUE(net.until([&] {
    return first.tip() == second.tip() && first.node->mempool()->size() == 0 && second.node->mempool()->size() == 0;
  }));
  const auto height = first.height();
  net.run(std::chrono::minutes(10));
  EXPECT_EQ(first.height(), height) << "and idle again";
}

TEST_F(NodeSync, AnnouncesATipOnlyAfterItIsStored) {
  auto& first = net.start(miner(1, node::MiningMode::kAlways));
  ASSERT_TRUE(net.until([&] { return first.height() == 3; }));
  ASSERT_TRUE(net.until([&] { return first.tips.size() >= 3; }));
  EXPECT_EQ(first.tips[2].height, 3U);
}

TEST_F(NodeSync, RestartContinuesWhereItStopped) {
  auto& first = net.start(miner(1, node::MiningMode::kAlways));
  ASSERT_TRUE(net.until([&] { return first.height() == 5; }));
  const auto tip = first.tip();
  net.kill(first);
  net.boot(first);
  EXPECT_EQ(first.tip(), tip);
  EXPECT_TRUE(net.until([&] { return first.height() == 7; }));
}

TEST_F(NodeSync, NodeWithOnlyTheNetworksIdFetchesTheSpecification) {
  auto& first = net.start(miner(1, node::MiningMode::kAlways));
  ASSERT_TRUE(net.until([&] { return first.height() == 3; }));
  auto options = following(2, 1);
  options.spec.reset();
  options.network = chain::network_id(net.spec);
  auto& second = net.start(options);
  EXPECT_EQ(second.node->chain(), nullptr);
  ASSERT_TRUE(net.until([&] { return second.node->chain() != nullptr && second.height() >= 3; }));
  EXPECT_TRUE(second.reported("fetched the specification"));
  net.kill(second);
  net.kill(first);
  net.boot(second);
  EXPECT_GE(second.height(), 3U) << "the specification is kept";
}

TEST_F(NodeSync, StoreOfAnotherNetworkIsRefused) {
  auto& first = net.start(miner(1));
  net.kill(first);
  auto options = net.options(1);
  options.spec->name = "another";
  SeededRng rng(1);
  const auto opened = node::Node::open(options, first.disk, rng, net.now());
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().name(), "other_network");
}

TEST_F(NodeSync, NothingIsKeptOfPeersThatLeft) {
  auto& first = net.start(miner(1, node::MiningMode::kAlways));
  auto& second = net.start(following(2, 1));
  auto& third = net.start(following(3, 1));
  ASSERT_TRUE(net.until([&] { return second.height() > 3 && third.height() > 3; }));
  EXPECT_GT(first.node->footprint(), 0U);
  net.kill(second);
  net.kill(third);
  EXPECT_TRUE(net.until([&] { return first.node->footprint() == 0; }));
}

}  // namespace
}  // namespace suara::testing
