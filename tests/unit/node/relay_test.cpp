// Transactions on their way through the network.
#include "peer-node/chain/rule_error.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeRelay : ::testing::Test {
  NodeNet net;

  node::Options following(unsigned number, unsigned other) {
    auto options = net.options(number);
    options.static_peers = {wire::Address{"10.0.0." + std::to_string(other), 3000}};
    return options;
  }
};

TEST_F(NodeRelay, ManyTransactionsGoInFewAnnouncements) {
  auto& host = net.start(net.options(1));
  auto& script = net.befriend(host, "somebody");
  for (std::uint64_t i = 0; i < 100; ++i) net.submit(host, i, record(net.spec, voter_key(i), i));
  ASSERT_TRUE(net.until([&] { return host.responses.size() == 100; }));
  net.run(std::chrono::milliseconds(60));
  EXPECT_EQ(script.times("\"announce\""), 1);
  EXPECT_EQ(host.node->mempool()->size(), 100U);
}

TEST_F(NodeRelay, ReachesPeersOfPeersAndThoseWhoComeLater) {
  auto& first = net.start(net.options(1));
  auto& second = net.start(following(2, 1));
  ASSERT_TRUE(net.until([&] { return second.node->peers().size() == 1; }));
  net.submit(first, 1, record(net.spec, voter_key(1), 1));
  EXPECT_TRUE(net.until([&] { return second.node->mempool()->size() == 1; }, std::chrono::seconds(1)));
  auto& third = net.start(following(3, 2));
  EXPECT_TRUE(net.until([&] { return third.node->mempool()->size() == 1; }, std::chrono::seconds(2)));
}

TEST_F(NodeRelay, NextAnnouncerIsAskedWhenOneDoesNotAnswer) {
  auto& host = net.start(net.options(1));
  auto& silent = net.befriend(host, "silent");
  auto& helpful = net.befriend(host, "helpful");
  const auto note = record(net.spec, voter_key(1), 1);
  net.say(silent, wire::peer::Announce{{}, {ledger::transaction_id(note)}});
  net.say(helpful, wire::peer::Announce{{}, {ledger::transaction_id(note)}});
  ASSERT_TRUE(net.until([&] { return silent.received("get_transactions"); }));
  EXPECT_FALSE(helpful.received("get_transactions"));
  ASSERT_TRUE(net.until([&] { return helpful.received("get_transactions"); }, std::chrono::seconds(6)));
  net.say(helpful, wire::peer::Transactions{{ledger::encode(note)}});
  EXPECT_TRUE(net.until([&] { return host.node->mempool()->size() == 1; }));
}

TEST_F(NodeRelay, SubmitterLearnsWhatWasWrong) {
  auto& host = net.start(net.options(1));
  auto forged = record(net.spec, voter_key(1), 1);
  forged.signature.bytes[3] ^= 1;
  net.submit(host, 1, forged);
  net.feed(host, node::Submit{node::RequestId{2}, Bytes{1, 2, 3}});
  ledger::ElectionId nowhere;
  nowhere.bytes[0] = 1;
  net.submit(host, 3, vote(net.spec, voter_key(1), nowhere, 0));
  const auto note = record(net.spec, voter_key(1), 1);
  net.submit(host, 4, note);
  ASSERT_TRUE(net.until([&] { return host.responses.size() == 4; }));
  net.submit(host, 5, note);
  ASSERT_TRUE(net.until([&] { return host.responses.size() == 5; }));
  EXPECT_EQ(host.responses.at(1).error().name(), "bad_signature");
  EXPECT_EQ(host.responses.at(2).error().name(), "bad_encoding");
  EXPECT_EQ(host.responses.at(3).error().name(), "unknown_election");
  ASSERT_TRUE(host.responses.at(4).has_value());
  EXPECT_EQ(*host.responses.at(4), ledger::transaction_id(note));
  EXPECT_EQ(host.responses.at(5).error().name(), "already_waiting");
}

TEST_F(NodeRelay, RepeatedSubmissionIsAnsweredOnceTheFirstIsOnDisk) {
  auto& host = net.start(net.options(1));
  net.run(std::chrono::seconds(1));
  const auto note = record(net.spec, voter_key(1), 1);
  host.disk_slow = true;
  net.submit(host, 1, note);
  ASSERT_TRUE(net.until([&] { return host.node->mempool()->size() == 1; }, std::chrono::milliseconds(100)));
  net.submit(host, 2, note);
  net.run(std::chrono::milliseconds(100));
  EXPECT_TRUE(host.responses.empty()) << "the process may die now, and the only copy with it";
  ASSERT_TRUE(net.store_next(host));
  ASSERT_EQ(host.responses.size(), 2U);
  EXPECT_TRUE(host.responses.at(1).has_value());
  EXPECT_EQ(host.responses.at(2).error().name(), "already_waiting");
}

TEST_F(NodeRelay, RepeatedSubmissionOfAPeersTransactionIsAnsweredOnceThatIsOnDisk) {
  auto& host = net.start(net.options(1));
  auto& friendly = net.befriend(host, "friendly");
  const auto note = record(net.spec, voter_key(1), 1);
  host.disk_slow = true;
  net.say(friendly, wire::peer::Announce{{}, {ledger::transaction_id(note)}});
  ASSERT_TRUE(net.until([&] { return friendly.received("get_transactions"); }));
  net.say(friendly, wire::peer::Transactions{{ledger::encode(note)}});
  ASSERT_TRUE(net.until([&] { return host.node->mempool()->size() == 1; }, std::chrono::milliseconds(100)));
  net.submit(host, 1, note);
  EXPECT_TRUE(host.responses.empty());
  while (net.store_next(host)) {
  }
  ASSERT_EQ(host.responses.size(), 1U);
  EXPECT_EQ(host.responses.at(1).error().name(), "already_waiting");
}

TEST_F(NodeRelay, SubmissionBeforeTheSpecificationIsKnownIsRefused) {
  auto options = net.options(1);
  options.network = chain::network_id(net.spec);
  options.spec.reset();
  auto& host = net.start(options);
  net.submit(host, 1, record(net.spec, voter_key(1), 1));
  ASSERT_TRUE(net.until([&] { return host.responses.size() == 1; }));
  EXPECT_EQ(host.responses.at(1).error().name(), "no_specification");
}

TEST_F(NodeRelay, LargeAnswersWaitForTheirReader) {
  net.spec.max_record_size_bytes = 1024;
  auto& host = net.start(net.options(1));
  auto& script = net.befriend(host, "slow reader");
  const std::string data(1000, 'x');
  std::vector<Hash256> ids;
  for (std::uint64_t i = 0; i < 900; ++i) {
    const auto note = record(net.spec, voter_key(i), i, data);
    ids.push_back(ledger::transaction_id(note));
    net.submit(host, i, note);
  }
  ASSERT_TRUE(net.until([&] { return host.responses.size() == 900; }));
  net.run(std::chrono::seconds(1));
  script.lines.clear();
  net.say(script, wire::peer::GetTransactions{ids});
  net.run(std::chrono::seconds(1));
  const auto bodies = [&] {
    return std::ranges::count_if(script.lines,
                                 [](const auto& line) { return line.starts_with(R"({"type":"transactions")"); });
  };
  const auto before = bodies();
  ASSERT_TRUE(script.lines.back().starts_with(R"({"type":"ping")"));
  net.say(script, wire::peer::Pong{std::get<wire::peer::Ping>(*wire::peer::decode(script.lines.back())).nonce});
  net.run(std::chrono::seconds(1));
  EXPECT_GT(before, 0);
  EXPECT_GT(bodies(), before);
}

// Accepted, and then overtaken by the election's closing: whoever asks later is told.
TEST_F(NodeRelay, AnAcceptedVoteThatNoBlockTookLeavesItsReason) {
  auto options = net.options(1);
  options.mining = node::MiningMode::kPending;
  auto& host = net.start(options);
  const auto now_ms = to_unix_ms(net.now().wall);
  const auto opening = open_election(net.spec, {"Alice"}, now_ms, now_ms + 10'000);
  net.submit(host, 1, opening);
  ASSERT_TRUE(net.until([&] { return host.height() == 1; }));
  net.mining_delay = std::chrono::minutes(5);
  const auto late = vote(net.spec, voter_key(1), election_id(opening), 0);
  net.submit(host, 2, late);
  ASSERT_TRUE(net.until([&] { return host.responses.contains(2); }));
  ASSERT_TRUE(host.responses.at(2).has_value());
  EXPECT_FALSE(host.node->why_refused(ledger::transaction_id(late)));
  net.run(std::chrono::seconds(20));
  net.mining_delay = std::chrono::milliseconds(1);
  net.submit(host, 3, record(net.spec, voter_key(2), 1));
  ASSERT_TRUE(net.until([&] { return host.height() >= 2; }, std::chrono::minutes(10)));
  const auto why = host.node->why_refused(ledger::transaction_id(late));
  ASSERT_TRUE(why.has_value());
  EXPECT_TRUE(*why == chain::RuleError::kElectionClosed);
  EXPECT_EQ(host.node->mempool()->size(), 0U);
  EXPECT_EQ(host.node->meter().refused_transactions.at("election_closed"), 1U);
  // A forged one says nothing about the true one, whose id is the same.
  auto forged = record(net.spec, voter_key(3), 1);
  forged.signature = late.signature;
  net.submit(host, 4, forged);
  ASSERT_TRUE(net.until([&] { return host.responses.contains(4); }));
  EXPECT_FALSE(host.responses.at(4).has_value());
  EXPECT_FALSE(host.node->why_refused(ledger::transaction_id(forged)));
}

}  // namespace
}  // namespace suara::testing
