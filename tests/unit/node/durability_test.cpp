// What a node tells others of, while its disk is slow: nothing that a crash would take back.
#include "peer-node/sync/limits.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeDurability : ::testing::Test {
  NodeNet net;

  NodeNet::Host& start(node::MiningMode mode = node::MiningMode::kPending) {
    auto options = net.options(1);
    options.mining = mode;
    return net.start(options);
  }
  // A block is mined, and waits for the disk.
  NodeNet::Host& with_unstored_tip() {
    auto& host = start();
    net.submit(host, 1, record(net.spec, voter_key(1), 1));
    EXPECT_TRUE(net.until([&] { return host.responses.contains(1); }));
    host.disk_slow = true;
    EXPECT_TRUE(net.until([&] { return host.height() == 1; }));
    return host;
  }
  void store_all(NodeNet::Host& host) {
    while (net.store_next(host)) {
    }
  }
};

TEST_F(NodeDurability, ATipIsNotAnnouncedBeforeItIsStored) {
  auto& host = with_unstored_tip();
  auto& peer = net.befriend(host, "peer");
  net.run(std::chrono::seconds(5));
  EXPECT_TRUE(host.tips.empty());
  EXPECT_FALSE(peer.received(host.tip().hex()));
  store_all(host);
  ASSERT_TRUE(net.until([&] { return peer.received(host.tip().hex()); }));
  ASSERT_EQ(host.tips.size(), 1U);
  EXPECT_EQ(host.tips.front().id, host.tip());
}

TEST_F(NodeDurability, AHelloClaimsWhatIsStored) {
  auto& host = with_unstored_tip();
  const auto hello_of = [&](const std::string& seed) {
    return std::get<wire::peer::Hello>(*wire::peer::decode(net.befriend(host, seed).lines.front()));
  };
  const auto before = hello_of("early");
  EXPECT_EQ(before.height, 0U);
  store_all(host);
  const auto after = hello_of("late");
  EXPECT_EQ(after.height, 1U);
  EXPECT_GT(chain::to_number(after.work), chain::to_number(before.work));
}

TEST_F(NodeDurability, NeitherHeaderNorBlockIsHandedOutBeforeItIsStored) {
  auto& host = with_unstored_tip();
  auto& peer = net.befriend(host, "peer");
  const auto answers = [&](const wire::peer::Message& question, std::string_view part) {
    const std::size_t before = peer.lines.size();
    net.say(peer, question);
    return net.until([&] {
      return std::any_of(peer.lines.begin() + static_cast<std::ptrdiff_t>(before), peer.lines.end(),
                         [&](const auto& line) { return line.find(part) != std::string::npos; });
    });
  };
  ASSERT_TRUE(answers(wire::peer::GetHeaders{}, "\"headers\""));
  EXPECT_TRUE(std::get<wire::peer::Headers>(*wire::peer::decode(peer.lines.back())).bytes.empty());
  EXPECT_TRUE(answers(wire::peer::GetBlocks{{host.tip()}}, "not_found"));
  store_all(host);
  ASSERT_TRUE(answers(wire::peer::GetHeaders{}, "\"headers\""));
  EXPECT_TRUE(answers(wire::peer::GetBlocks{{host.tip()}}, "\"block\""));
}

TEST_F(NodeDurability, MiningWaitsForADiskThatIsFull) {
  auto& host = start(node::MiningMode::kAlways);
  ASSERT_TRUE(net.until([&] { return host.height() >= 2; }));
  host.disk_slow = true;
  const std::uint64_t most = host.height() + sync::kMaxBatchesInFlightToMine + 2;
  net.run(std::chrono::hours(1));
  EXPECT_LE(host.height(), most);
  const std::uint64_t waited_at = host.height();
  store_all(host);
  host.disk_slow = false;
  EXPECT_TRUE(net.until([&] { return host.height() > waited_at; }));
}

}  // namespace
}  // namespace suara::testing
