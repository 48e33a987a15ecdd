// Somebody talks without end. What the node keeps of it is bounded, whatever is said, and what others have to say is
// heard meanwhile: blocks come, votes are counted.
#include "common/wire/limits.hpp"
#include "peer-node/ledger/ledger.hpp"
#include "peer-node/p2p/limits.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/sim/scenes/scene.hpp"
#include "tests/support/block_messages.hpp"
#include "tests/support/chain_builder.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace suara::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kHeight = 20;

// 1 floods; 2 is honest and mines; 3 listens to both.
struct Flooding : ::testing::Test {
  Scene scene;
  std::vector<chain::Block> blocks = scene.chain_of(kHeight);
  ScriptedPeer& flooder = scene.play(1, {.blocks = blocks});
  NodeHost& miner = scene.start(mining(), blocks);
  NodeHost& node = scene.start(scene.options(3, {1, 2}));
  SeededRng rng{7};
  std::uint64_t last_record = 0;

  Flooding() {
    EXPECT_TRUE(scene.until([&] { return tip_of(node).height >= kHeight && !flooder.connections().empty(); }));
  }

  node::Options mining() {
    auto options = scene.options(2);
    options.mining = node::MiningMode::kAlways;
    return options;
  }
  std::vector<Hash256> invented(std::size_t count) {
    std::vector<Hash256> ids(count);
    for (Hash256& id : ids) {
      const std::uint64_t number = rng.next();
      std::memcpy(id.bytes.data(), &number, sizeof number);
    }
    return ids;
  }
  [[nodiscard]] std::size_t rows(store::Family family) const {
    std::size_t count = 0;
    node.disk().view().scan(family, {}, [&](std::string_view, std::string_view) { return ++count > 0; });
    return count;
  }
  /// What somebody sends to the miner is in a block of the node's soon.
  void expect_progress() {
    const auto record = testing::record(scene.spec, testing::voter_key(1), ++last_record);
    miner.submit(ledger::encode(record), [](const auto& accepted) { EXPECT_TRUE(accepted.has_value()); });
    const auto mined = [&] {
      return ledger::find_transaction(node.node()->view(), ledger::transaction_id(record)).has_value();
    };
    EXPECT_TRUE(scene.until(mined, minutes(2)));
    EXPECT_TRUE(scene.until([&] { return tip_of(node).id == tip_of(miner).id; }, seconds(1)));
  }
};

TEST_F(Flooding, OfAddressesFillsTheBookWithAThousandAndOneMoreEachTenSeconds) {
  scene.run(p2p::kAddressFlushInterval + seconds(1));
  const std::size_t known = rows(node_store::kAddresses);
  constexpr int kRounds = 60;
  for (int round = 0; round < kRounds; ++round) {
    wire::peer::Peers message;
    for (std::size_t i = 0; i < wire::kMaxAddressesPerMessage; ++i) {
      const auto byte = [&] { return std::to_string(1 + rng.below(250)); };
      message.addresses.push_back({"45." + byte() + "." + byte() + "." + byte(), 3000});
    }
    flooder.say(message);
    scene.run(seconds(10));
  }
  EXPECT_LE(rows(node_store::kAddresses), known + p2p::kMaxAddressesHeeded + kRounds);
  EXPECT_EQ(flooder.connections().size(), 1U) << "no violation; it is not listened to";
  expect_progress();
}

TEST_F(Flooding, OfAnnouncementsKeepsAsManyRequestsAsThereMayBeInAll) {
  for (int round = 0; round < 10; ++round) {
    flooder.say(wire::peer::Announce{invented(100), invented(wire::kMaxAnnouncedIds)});
    scene.run(seconds(1));
    EXPECT_LE(node.node()->footprint(), p2p::kMaxTransactionsRequested + 100);
  }
  expect_progress();
  flooder.die(Death::kProcess);
  EXPECT_TRUE(scene.until([&] { return node.node()->footprint() < 100; })) << "and nothing once it has gone";
}

TEST_F(Flooding, OfTransactionsNobodyAskedForKeepsNothing) {
  const std::size_t before = node.node()->footprint();
  for (std::uint64_t round = 0; round < 20; ++round) {
    wire::peer::Transactions message;
    for (std::uint64_t i = 0; i < 50; ++i) {
      auto transaction = testing::record(scene.spec, testing::voter_key(2), 1);
      transaction.signature.bytes[0] = static_cast<std::uint8_t>(i);  // no signature is looked at
      std::get<ledger::Record>(transaction.statement).nonce = 50 * round + i;
      message.transactions.push_back(ledger::encode(transaction));
    }
    flooder.say(message);
    scene.run(seconds(1));
  }
  EXPECT_EQ(node.node()->mempool()->size(), 0U);
  EXPECT_EQ(node.node()->meter().signature_checks, 0U);
  EXPECT_EQ(node.node()->footprint(), before);
  EXPECT_EQ(flooder.connections().size(), 1U);
  expect_progress();
}

TEST_F(Flooding, OfWordsNobodyKnowsKeepsNothing) {
  const std::size_t before = node.node()->footprint();
  const std::string song = R"({"type":"sing","payload":{"song":")" + std::string(50'000, 'a') + "\"}}\n";
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 20; ++i) flooder.say_line(song);
    scene.run(seconds(1));
  }
  EXPECT_EQ(node.node()->footprint(), before);
  EXPECT_EQ(flooder.connections().size(), 1U);
  expect_progress();
}

TEST_F(Flooding, OfHeadersThatLeadNowhereEndsTheConnectionAtTheFirst) {
  const std::size_t headers = rows(node_store::kHeaders);
  auto orphans = scene.chain_of(2000, scene.chain_of(1, {}, 5), 5);
  orphans.erase(orphans.begin());
  for (int i = 0; i < 10; ++i) flooder.say(testing::headers_of(orphans));
  ASSERT_TRUE(scene.until([&] { return flooder.connections().empty(); }, seconds(1)));
  EXPECT_EQ(flooder.refused_with("orphan_header"), 1U);
  EXPECT_EQ(rows(node_store::kHeaders), headers);
  expect_progress();
}

TEST_F(Flooding, OfHeadersThatAreKnownKeepsNothing) {
  scene.run(seconds(1));
  const auto known = testing::headers_of(blocks);
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 20; ++i) flooder.say(known);
    scene.run(seconds(1));
  }
  EXPECT_EQ(rows(node_store::kHeaders), tip_of(node).height + 1);
  expect_progress();
}

TEST_F(Flooding, OfQuestionsEndsTheConnectionOnceMoreAreOpenThanMayBe) {
  // Whoever reads its answers may ask without end; this one never shows that it has read any.
  flooder.conduct.answers_pings = false;
  std::vector<Hash256> ids;
  for (std::size_t i = 0; i < wire::kMaxBlocksPerRequest; ++i) ids.emplace_back(chain::block_id(blocks[i].header));
  for (int i = 0; i < 10'000 && !flooder.connections().empty(); ++i) {
    flooder.say(wire::peer::GetBlocks{ids});
    if (i % 100 == 0) scene.run(std::chrono::milliseconds(20));
  }
  scene.run(seconds(1));
  EXPECT_EQ(flooder.refused_with("asks_too_much"), 1U);
  expect_progress();
}

}  // namespace
}  // namespace suara::sim
