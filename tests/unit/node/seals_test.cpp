// Permissioned networks: whose blocks are taken, what an unlisted or forged seal costs its sender, and what a flood of
// sealed headers may cost us.
#include "common/util/hex.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/seal.hpp"
#include "peer-node/node/limits.hpp"
#include "peer-node/node/node_error.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeSeals : ::testing::Test {
  NodeSeals() {
    net.spec = permissioned_spec();
    for (unsigned number = 1; number <= 3; ++number) {
      net.spec.miners.push_back(net.options(number).node_key.public_key());
    }
  }

  NodeNet::Host& start(unsigned number, node::MiningMode mode = node::MiningMode::kOff) {
    auto options = net.options(number);
    options.mining = mode;
    if (number > 1) options.static_peers = {{"10.0.0.1", 3000}};
    return net.start(options);
  }
  [[nodiscard]] std::vector<chain::Block> chain_of(std::size_t count) const {
    return mine_chain(chain::genesis_block(net.spec).header, count);
  }
  [[nodiscard]] chain::SealedHeader sealed_by(const PrivateKey& key, const chain::Header& header) const {
    return {header, chain::make_seal(key, chain::network_id(net.spec), chain::block_id(header))};
  }
  [[nodiscard]] wire::peer::Headers headers_of(const std::vector<chain::Block>& blocks, const PrivateKey& key) const {
    wire::peer::Headers message;
    for (const chain::Block& block : blocks) add(message, sealed_by(key, block.header));
    return message;
  }
  static void add(wire::peer::Headers& message, const chain::SealedHeader& header) {
    const Bytes bytes = chain::encode(header);
    message.bytes.insert(message.bytes.end(), bytes.begin(), bytes.end());
  }
  void expect_told(NodeNet::Host& host, NodeNet::Script& script, const std::string& code) {
    EXPECT_TRUE(net.until([&] { return script.closed; }, std::chrono::seconds(5)));
    EXPECT_TRUE(script.received("\"error\"") && script.received(code)) << ::testing::PrintToString(script.lines);
    EXPECT_TRUE(host.reported("(" + code + ")")) << "the log names the rule";
    EXPECT_EQ(host.node->footprint(), 0U);
    EXPECT_EQ(host.node->chain()->headers_seen(), 1U) << "genesis alone: no header was taken";
  }

  NodeNet net;
};

TEST_F(NodeSeals, ListedMinersAgreeAndLatecomersSyncWithTheSeals) {
  auto& first = start(1, node::MiningMode::kAlways);
  auto& second = start(2, node::MiningMode::kAlways);
  ASSERT_TRUE(net.until([&] { return first.height() >= 10 && second.height() >= 10; }));
  auto& late = start(3);
  ASSERT_TRUE(net.until([&] { return late.height() >= 12; }));
  const auto id = *late.node->chain()->id_at(late.node->view(), 5);
  const auto seal = late.node->chain()->seal(late.node->view(), id);
  ASSERT_TRUE(seal);
  EXPECT_EQ(seal, first.node->chain()->seal(first.node->view(), id));
  EXPECT_TRUE(chain::check_seal(chain::network_id(net.spec), id, *seal));
}

TEST_F(NodeSeals, AnUnlistedMinerIsDisconnectedBeforeASignatureIsLookedAt) {
  auto& host = start(1);
  auto& script = net.befriend(host, "somebody");
  net.say(script, headers_of(chain_of(2), voter_key(1)));
  expect_told(host, script, "unlisted_miner");
}

TEST_F(NodeSeals, OneUnlistedAmongListedOnesTakesTheMessageWithIt) {
  auto& host = start(1);
  auto& script = net.befriend(host, "somebody");
  const auto blocks = chain_of(2);
  wire::peer::Headers message;
  add(message, sealed_by(miner_key(0), blocks[0].header));
  add(message, sealed_by(voter_key(1), blocks[1].header));
  net.say(script, message);
  expect_told(host, script, "unlisted_miner");
}

TEST_F(NodeSeals, AForgedSealIsDisconnectedBeforeTheHeaderIsLookedAt) {
  auto& host = start(1);
  auto& script = net.befriend(host, "somebody");
  const auto blocks = chain_of(2);
  wire::peer::Headers message;
  add(message, sealed_by(miner_key(0), blocks[0].header));
  auto forged = sealed_by(voter_key(1), blocks[1].header);
  forged.seal->miner = miner_key(1).public_key();
  add(message, forged);
  net.say(script, message);
  expect_told(host, script, "bad_seal");
}

TEST_F(NodeSeals, HeadersWithoutSealsAreNoHeadersHere) {
  auto& host = start(1);
  auto& script = net.befriend(host, "somebody");
  wire::peer::Headers message;
  add(message, chain_of(1)[0].header);
  net.say(script, message);
  expect_told(host, script, "bad_encoding");
}

TEST_F(NodeSeals, SealedHeadersAreNoHeadersOfAnOpenNetwork) {
  const auto message = headers_of(chain_of(1), miner_key(0));
  net.spec = easy_spec();
  auto& host = start(1);
  auto& script = net.befriend(host, "somebody");
  net.say(script, message);
  expect_told(host, script, "bad_encoding");
}

TEST_F(NodeSeals, AListedMinerKeepsTheOtherRulesToo) {
  auto& host = start(1);
  auto& script = net.befriend(host, "somebody");
  auto header = chain_of(1)[0].header;
  const auto target = *chain::target_of(header.bits);
  while (chain::meets_target(chain::block_id(header), target)) ++header.nonce;
  wire::peer::Headers message;
  add(message, sealed_by(miner_key(0), header));
  net.say(script, message);
  expect_told(host, script, "insufficient_work");
}

// The node's core fed by hand, so that the workers are as slow as the test likes.
struct SlowWorkers : NodeSeals {
  NodeNet::Host& host = start(1);

  std::vector<node::Verify> checks_for(NodeNet::Script& script, const wire::peer::Headers& message) {
    const auto connection = net.other_end(script);
    std::string line = wire::peer::encode(message);
    line.pop_back();
    std::vector<node::Verify> verifies;
    for (node::Action& action : host.node->handle(node::LineReceived{connection, line}, net.now())) {
      if (auto* verify = std::get_if<node::Verify>(&action)) verifies.push_back(std::move(*verify));
      if (const auto* send = std::get_if<node::Send>(&action)) said += *send->bytes;
    }
    return verifies;
  }
  std::vector<node::Verify> answer(const node::Verify& verify) {
    std::vector<node::Verify> verifies;
    for (node::Action& action : host.node->handle(node::Verified{verify.verify, true}, net.now())) {
      if (auto* next = std::get_if<node::Verify>(&action)) verifies.push_back(std::move(*next));
      if (auto* batch = std::get_if<node::Store>(&action)) host.disk.apply(batch->batch);
    }
    return verifies;
  }
  static std::size_t count(const std::vector<node::Verify>& verifies) {
    std::size_t checks = 0;
    for (const node::Verify& verify : verifies) checks += verify.checks.size();
    return checks;
  }
  // Headers that differ, with a listed key and nothing that holds: what a flood is made of.
  wire::peer::Headers flood(std::size_t headers) {
    wire::peer::Headers message;
    for (std::size_t i = 0; i < headers; ++i) {
      chain::Header header;
      header.nonce = ++nonce;
      add(message, {header, chain::Seal{miner_key(0).public_key(), {}}});
    }
    return message;
  }

  std::string said;
  std::uint64_t nonce = 0;
};

TEST_F(SlowWorkers, AFloodCostsABoundedNumberOfChecksAtATime) {
  std::vector<node::Verify> under_way;
  for (int i = 0; i < 4; ++i) {
    auto& script = net.befriend(host, "somebody " + std::to_string(i));
    for (auto& verify : checks_for(script, flood(chain::kMaxHeadersPerMessage))) under_way.push_back(std::move(verify));
    EXPECT_LE(count(under_way), node::kMaxSealChecks);
  }
  EXPECT_EQ(count(under_way), node::kMaxSealChecks);
  EXPECT_EQ(said, "") << "the others wait";
}

TEST_F(SlowWorkers, AThirdMessageOfOnePeerDisconnectsIt) {
  auto& script = net.befriend(host, "somebody");
  EXPECT_EQ(count(checks_for(script, flood(3))), 3U);
  EXPECT_TRUE(checks_for(script, flood(3)).empty()) << "its second waits for the first";
  EXPECT_EQ(said, "");
  EXPECT_TRUE(checks_for(script, flood(3)).empty());
  EXPECT_NE(said.find("too_many_headers"), std::string::npos);
}

TEST_F(SlowWorkers, MessagesOfOnePeerKeepTheirOrder) {
  auto& script = net.befriend(host, "somebody");
  const auto blocks = chain_of(4);
  const auto first = checks_for(script, headers_of({blocks[0], blocks[1]}, miner_key(0)));
  ASSERT_EQ(first.size(), 1U);
  EXPECT_TRUE(checks_for(script, headers_of({blocks[2], blocks[3]}, miner_key(1))).empty());
  const auto second = answer(first[0]);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(host.node->chain()->best_header().height, 2U);
  answer(second[0]);
  EXPECT_EQ(host.node->chain()->best_header().height, 4U);
}

TEST_F(SlowWorkers, ASealThatIsKnownIsNotCheckedAgain) {
  auto& script = net.befriend(host, "somebody");
  const auto blocks = chain_of(3);
  const auto message = headers_of({blocks[0], blocks[1]}, miner_key(0));
  answer(checks_for(script, message).at(0));
  EXPECT_TRUE(checks_for(script, message).empty());
  auto longer = message;
  add(longer, sealed_by(miner_key(0), blocks[2].header));
  EXPECT_EQ(count(checks_for(script, longer)), 1U) << "the third is new";
}

TEST_F(SlowWorkers, WhoAnsweredIsNotSilentWhileItsHeadersWait) {
  auto& script = net.befriend(host, "somebody", 10, 1000);
  ASSERT_TRUE(net.until([&] { return script.received("get_headers"); }));
  const auto verifies = checks_for(script, headers_of(chain_of(1), miner_key(0)));
  for (int i = 0; i < 4; ++i) {
    net.run(std::chrono::seconds(10));
    net.say(script, wire::peer::Pong{0});
  }
  EXPECT_FALSE(script.closed);
  answer(verifies.at(0));
  EXPECT_EQ(host.node->chain()->best_header().height, 1U);
}

TEST_F(SlowWorkers, APeerThatHasLeftIsForgotten) {
  auto& script = net.befriend(host, "somebody");
  const auto verifies = checks_for(script, headers_of(chain_of(1), miner_key(0)));
  net.hang_up(script);
  ASSERT_TRUE(net.until([&] { return script.closed; }));
  answer(verifies.at(0));
  EXPECT_EQ(host.node->chain()->best_header().height, 0U);
  EXPECT_EQ(host.node->footprint(), 0U);
}

TEST_F(NodeSeals, MiningWithoutBeingListedIsRefusedAtTheStart) {
  auto options = net.options(9);
  store::MemoryStore disk;
  SeededRng rng(1);
  EXPECT_TRUE(node::Node::open(options, disk, rng, net.now())) << "without mining it is a node like any other";
  options.mining = node::MiningMode::kPending;
  const auto opened = node::Node::open(options, disk, rng, net.now());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), node::NodeError::kNotAMiner);
  EXPECT_NE(opened.error().message().find("`miners`"), std::string::npos);
  EXPECT_NE(opened.error().message().find(to_hex(options.node_key.public_key().view())), std::string::npos);
}

TEST_F(NodeSeals, WhoLearnsOnlyFromAPeerThatItIsNotListedSaysSoAndDoesNotMine) {
  start(1);
  auto options = net.options(9);
  options.network = chain::network_id(net.spec);
  options.spec.reset();
  options.static_peers = {{"10.0.0.1", 3000}};
  options.mining = node::MiningMode::kAlways;
  auto& host = net.start(options);
  ASSERT_TRUE(net.until([&] { return host.node->chain() != nullptr; }));
  EXPECT_TRUE(host.reported("`miners`"));
  net.run(std::chrono::minutes(1));
  EXPECT_EQ(host.height(), 0U);
  EXPECT_FALSE(host.job);
}

}  // namespace
}  // namespace suara::testing
