// Headers of chains without enough work: counted, not kept, and no ground for a disconnection.
#include "peer-node/chain/limits.hpp"
#include "tests/support/block_messages.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeMinimumWork : ::testing::Test {
  NodeNet net;
  const chain::Header genesis = chain::genesis_block(net.spec).header;

  static wire::peer::GetHeaders last_question(const NodeNet::Script& script) {
    for (auto line = script.lines.rbegin(); line != script.lines.rend(); ++line) {
      const auto message = wire::peer::decode(*line);
      if (message && std::holds_alternative<wire::peer::GetHeaders>(*message)) {
        return std::get<wire::peer::GetHeaders>(*message);
      }
    }
    ADD_FAILURE() << "nothing was asked";
    return {};
  }
  /// Makes the node ask for headers by an announcement, and answers with these.
  void give(NodeNet::Script& script, std::span<const chain::Block> blocks) {
    const auto before = script.times("\"get_headers\"");
    net.say(script, wire::peer::Announce{{chain::block_id(blocks.back().header)}, {}});
    ASSERT_TRUE(net.until([&] { return script.times("\"get_headers\"") > before; }, std::chrono::seconds(1)));
    net.say(script, headers_of(blocks));
    net.run(std::chrono::seconds(1));
  }
  NodeNet::Host& with_chain(std::size_t length, const chain::Uint256& minimum = 0) {
    auto options = net.options(1);
    options.mining = node::MiningMode::kAlways;
    auto& host = net.start(options);
    CHECK(net.until([&] { return host.height() == length; }, std::chrono::hours(1)));
    net.kill(host);
    host.options.mining = node::MiningMode::kOff;
    host.options.minimum_work = minimum;
    net.boot(host);
    return host;
  }
};

TEST_F(NodeMinimumWork, AChainLongerThanAMessageIsFetchedTwiceAndThenFollowed) {
  net.mining_delay = std::chrono::seconds(1);
  auto& first = with_chain(2'500);
  auto options = net.options(2);
  options.static_peers = {*first.options.advertise};
  options.minimum_work = first.node->chain()->tip().work;
  auto& second = net.start(options);
  EXPECT_FALSE(second.node->synced());
  bool asked_again = false;
  second.on_sent = [&](const std::string& line) {
    const auto message = wire::peer::decode(line.substr(0, line.find('\n')));
    const auto* question = message ? std::get_if<wire::peer::GetHeaders>(&*message) : nullptr;
    if (question == nullptr) return;
    // From genesis on, with nothing stored, a second time.
    if (question->locator.front() == chain::block_id(genesis)) {
      EXPECT_EQ(second.node->chain()->headers_seen(), 1U);
      asked_again = true;
    }
  };
  ASSERT_TRUE(net.until([&] { return second.tip() == first.tip(); }, std::chrono::minutes(1)));
  EXPECT_TRUE(second.node->synced());
  EXPECT_TRUE(asked_again);
  EXPECT_EQ(first.node->meter().sent[wire::peer::Message(wire::peer::Headers{}).index()], 4U)
      << "2,000 and 500 headers twice";
}

TEST_F(NodeMinimumWork, AChainWithLessIsNeitherStoredNorFollowedNorHeldAgainstThePeer) {
  auto options = net.options(1);
  options.minimum_work = 1'000;
  auto& host = net.start(options);
  auto& script = net.befriend(host, "weak", 150, 604);
  const auto blocks = mine_chain(genesis, 150);
  give(script, blocks);
  EXPECT_EQ(host.node->chain()->headers_seen(), 1U) << "genesis";
  EXPECT_FALSE(script.closed);
  EXPECT_FALSE(host.node->synced());
  const auto questions = script.times("\"get_headers\"");
  net.run(std::chrono::minutes(5));
  EXPECT_EQ(script.times("\"get_headers\""), questions) << "it has shown all it has";
}

TEST_F(NodeMinimumWork, CountingGoesOnWhereItStopped) {
  auto options = net.options(1);
  options.minimum_work = 1'000;  // 249 blocks
  auto& host = net.start(options);
  auto& script = net.befriend(host, "growing", 240, 964);
  const auto blocks = mine_chain(genesis, 260);
  give(script, std::span(blocks).first(240));
  EXPECT_EQ(host.node->chain()->headers_seen(), 1U);
  const auto before = script.times("\"get_headers\"");
  net.say(script, wire::peer::Announce{{chain::block_id(blocks[259].header)}, {}});
  ASSERT_TRUE(net.until([&] { return script.times("\"get_headers\"") > before; }));
  EXPECT_EQ(last_question(script).locator.front(), chain::block_id(blocks[239].header)) << "only what is new";
  net.say(script, headers_of(std::span(blocks).last(20)));
  ASSERT_TRUE(net.until([&] { return script.times("\"get_headers\"") > before + 1; }));
  EXPECT_EQ(last_question(script).locator.front(), chain::block_id(genesis)) << "and now all again";
  net.say(script, headers_of(blocks));
  ASSERT_TRUE(net.until([&] { return host.node->chain()->best_header().height >= 249; }));
  EXPECT_FALSE(script.closed);
}

TEST_F(NodeMinimumWork, OwnChainIsAMinimumToo) {
  auto& host = with_chain(150);
  const std::uint64_t seen = host.node->chain()->headers_seen();
  auto& script = net.befriend(host, "weak", 200, 804);
  // Forty blocks above genesis ours had less work than a hundred below the tip.
  give(script, mine_chain(genesis, 40, 1'000'000));
  EXPECT_EQ(host.node->chain()->headers_seen(), seen);
  EXPECT_FALSE(script.closed);
  // A branch that leaves our chain where a reorganisation may still go is looked at whatever its work.
  const auto fork = *host.node->chain()->block(host.node->view(), *host.node->chain()->id_at(host.node->view(), 60));
  give(script, mine_chain(fork.header, 3, 1'000'000));
  EXPECT_EQ(host.node->chain()->headers_seen(), seen + 3);
}

TEST_F(NodeMinimumWork, AHeaderWithWorkDoesNotSpeakForOthersOfItsMessage) {
  auto& host = with_chain(150);
  const std::uint64_t seen = host.node->chain()->headers_seen();
  auto& script = net.befriend(host, "clever");
  auto mixed = mine_chain(genesis, 2, 1'000'000);
  mixed.insert(mixed.begin(), *host.node->chain()->block(host.node->view(), host.tip()));
  net.say(script, headers_of(mixed));
  EXPECT_TRUE(net.until([&] { return script.closed; }, std::chrono::seconds(1)));
  EXPECT_TRUE(script.received("orphan_header"));
  EXPECT_EQ(host.node->chain()->headers_seen(), seen);
}

TEST_F(NodeMinimumWork, BodiesWaitForTheHeadersOfAllThatClaimMore) {
  auto& host = net.start(net.options(1));
  net.befriend(host, "empty");
  auto& weak = net.befriend(host, "weak", 150, 604);
  auto& strong = net.befriend(host, "strong", 160, 644);
  ASSERT_TRUE(net.until([&] { return strong.times("\"get_headers\"") == 1; }));
  net.say(strong, headers_of({}));  // it is not as good as it said; the weak one is all there is
  ASSERT_TRUE(net.until([&] { return weak.times("\"get_headers\"") == 1; }));
  auto& late = net.befriend(host, "late", 170, 684);
  const auto blocks = mine_chain(genesis, 150);
  net.say(weak, headers_of(blocks));
  ASSERT_TRUE(net.until([&] { return late.times("\"get_headers\"") == 1; }));
  EXPECT_FALSE(weak.received("get_blocks")) << "another claims more and has not been heard";
  const auto better = mine_chain(genesis, 170, 1'000'000);
  net.say(late, headers_of(better));
  ASSERT_TRUE(net.until([&] { return late.received("get_blocks"); }, std::chrono::seconds(1)));
  EXPECT_FALSE(weak.received(chain::block_id(blocks[0].header).hex())) << "nobody is asked for the weaker chain";
}

TEST_F(NodeMinimumWork, WhatNobodyAskedForIsNotEvenCounted) {
  auto options = net.options(1);
  options.minimum_work = 1'000;
  auto& host = net.start(options);
  auto& script = net.befriend(host, "eager");
  auto spoilt = mine_chain(genesis, 2);
  spoilt[1].header.bits = chain::bits_of_leading_zeros(3);
  net.say(script, headers_of(spoilt));
  net.run(std::chrono::seconds(1));
  EXPECT_FALSE(script.closed) << "nobody looked at it";
  give(script, spoilt);
  EXPECT_TRUE(script.closed);
  EXPECT_TRUE(script.received("bad_bits"));
}

}  // namespace
}  // namespace suara::testing
