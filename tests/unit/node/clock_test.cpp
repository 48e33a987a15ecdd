// A clock that is wrong is noticed by what dialed peers say the time is.
#include "peer-node/p2p/limits.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct NodeClock : ::testing::Test {
  NodeNet net;
  SeededRng rng{77};
  milliseconds set_back_{};  ///< of all served peers, since their hellos

  static std::string address(std::size_t number) { return "10.0.3." + std::to_string(number) + ":3000"; }

  /// A peer that the node dials, whose clock is ahead by that much, or that does not say.
  void peer(std::size_t number, std::optional<milliseconds> ahead) {
    const PrivateKey key = PrivateKey::from_seed("clock " + std::to_string(number));
    const auto handshake = std::make_shared<std::optional<p2p::Handshake>>();
    net.serve(address(number), [this, key, ahead, handshake](const std::string& line) -> std::vector<std::string> {
      const auto message = wire::peer::decode(line);
      CHECK(message.has_value());
      if (const auto* ping = std::get_if<wire::peer::Ping>(&*message)) {
        const auto corrected = ahead ? std::optional(*ahead - set_back_) : std::nullopt;
        return {wire::peer::encode(wire::peer::Pong{
            ping->nonce, corrected ? std::optional(to_unix_ms(net.now().wall + *corrected)) : std::nullopt})};
      }
      const auto* theirs = std::get_if<wire::peer::Hello>(&*message);
      if (theirs == nullptr) return {};
      handshake->emplace(p2p::Role::kAcceptor, chain::network_id(net.spec), key, rng);
      CHECK((*handshake)->take(*theirs));
      wire::peer::Hello hello = (*handshake)->hello();
      if (ahead) hello.time_ms = to_unix_ms(net.now().wall + *ahead);
      return {wire::peer::encode(hello), wire::peer::encode((*handshake)->proof())};
    });
  }
  /// A stranger who dials the node.
  void dial_in(NodeNet::Host& host, const std::string& seed, milliseconds ahead) {
    p2p::Handshake handshake(p2p::Role::kDialer, chain::network_id(net.spec), PrivateKey::from_seed(seed), rng);
    wire::peer::Hello hello = handshake.hello();
    hello.time_ms = to_unix_ms(net.now().wall + ahead);
    auto& script = net.connect(host);
    net.say(script, hello);
    ASSERT_TRUE(net.until([&] { return script.lines.size() >= 2; }));
    ASSERT_TRUE(handshake.take(std::get<wire::peer::Hello>(*wire::peer::decode(script.lines[0]))));
    const std::size_t before = host.node->peers().size();
    net.say(script, handshake.proof());
    ASSERT_TRUE(net.until([&] { return host.node->peers().size() == before + 1; }));
  }
  NodeNet::Host& start(const std::vector<std::optional<milliseconds>>& clocks,
                       node::MiningMode mining = node::MiningMode::kOff) {
    auto options = net.options(1);
    options.mining = mining;
    for (std::size_t i = 0; i < clocks.size(); ++i) {
      peer(i + 1, clocks[i]);
      options.static_peers.push_back(*wire::parse_address(address(i + 1)));
    }
    auto& host = net.start(options);
    EXPECT_TRUE(net.until([&] { return host.node->peers().size() == clocks.size(); }, seconds(5)));
    return host;
  }
};

TEST_F(NodeClock, TheMedianOfTheDialedPeersCounts) {
  auto& host = start({seconds(-3), seconds(2), std::chrono::hours(5)});
  EXPECT_EQ(host.node->clock_offset(net.now()), seconds(2));
  EXPECT_FALSE(host.reported("clock"));
}

TEST_F(NodeClock, HalfOfThePeersCannotMakeItWrong) {
  auto& host = start({seconds(0), seconds(90), seconds(1), seconds(90)});
  EXPECT_EQ(host.node->clock_offset(net.now()), seconds(1));
  EXPECT_FALSE(host.reported("clock"));
}

TEST_F(NodeClock, PeersThatSetTheirClocksAreHeardOfSoon) {
  auto& host = start({seconds(70), seconds(70), seconds(70)}, node::MiningMode::kAlways);
  ASSERT_TRUE(net.until([&] { return host.reported("nothing is mined"); }, seconds(5)));
  set_back_ = seconds(70);
  net.run(p2p::kPingAtLeast);
  EXPECT_EQ(host.node->clock_offset(net.now()), seconds(0));
  const std::uint64_t height = host.height();
  EXPECT_TRUE(net.until([&] { return host.height() > height; }, seconds(5)));
}

TEST_F(NodeClock, TwoClocksAndThoseThatAreNotToldMakeNone) {
  auto& host = start({std::chrono::hours(1), std::chrono::hours(1), std::nullopt, std::nullopt});
  EXPECT_FALSE(host.node->clock_offset(net.now()));
  EXPECT_FALSE(host.reported("clock"));
}

TEST_F(NodeClock, StrangersWhoDialDoNotCount) {
  auto& host = start({seconds(0), seconds(0), seconds(0)});
  for (int i = 0; i < 10; ++i) dial_in(host, "liar " + std::to_string(i), std::chrono::hours(1));
  ASSERT_EQ(host.node->peers().size(), 13U);
  EXPECT_EQ(host.node->clock_offset(net.now()), seconds(0));
}

TEST_F(NodeClock, TenSecondsAreWarnedAboutOnce) {
  auto& just_less = start({milliseconds(9'999), milliseconds(9'999), milliseconds(9'999)});
  EXPECT_FALSE(just_less.reported("clock"));
  auto& host = [&]() -> NodeNet::Host& {
    auto options = net.options(2);
    for (std::size_t i = 4; i <= 6; ++i) {
      peer(i, seconds(-10));
      options.static_peers.push_back(*wire::parse_address(address(i)));
    }
    return net.start(options);
  }();
  ASSERT_TRUE(net.until([&] { return host.reported("10000 ms ahead of"); }, seconds(5)));
  const auto reports = host.reports.size();
  net.run(seconds(10));
  EXPECT_EQ(host.reports.size(), reports);
}

TEST_F(NodeClock, AMinuteOffNothingIsMinedUntilItIsRightAgain) {
  auto& host = start({seconds(60), seconds(61), seconds(62)}, node::MiningMode::kAlways);
  net.run(seconds(30));
  EXPECT_TRUE(host.reported("nothing is mined"));
  const std::uint64_t height = host.height();
  net.run(seconds(25));
  EXPECT_EQ(host.height(), height);
  // The operator sets the clock: what the peers said still tells.
  net.set_clock_ahead(seconds(60));
  net.feed(host, node::Tick{});
  EXPECT_TRUE(host.reported("agrees with the peers' again"));
  EXPECT_EQ(host.node->clock_offset(net.now()), seconds(1));
  EXPECT_TRUE(net.until([&] { return host.height() > height; }, seconds(5)));
}

}  // namespace
}  // namespace suara::testing
