// A peer that lets us in and has no place for us: dialed again less and less often, like one that does not answer.
#include "peer-node/p2p/limits.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// 1 has one place, and 3 has taken it.
struct NodeRedial : ::testing::Test {
  NodeRedial() {
    CHECK(net.until([&] { return occupant.node->peers().size() == 1; }, seconds(5)));
    net.run(p2p::kLastRetry);
  }
  NodeNet::Host& start_full() {
    auto options = net.options(1);
    options.max_inbound = 1;
    options.max_outbound = 0;
    return net.start(options);
  }
  node::Options knowing(unsigned number, bool by_the_operator) {
    auto options = net.options(number);
    options.discovery = {.push = false, .poll = false, .announce = false, .gossip = true};
    if (by_the_operator) options.static_peers = {*full.options.advertise};
    return options;
  }
  /// When it was let in, to be told that there is no place.
  std::vector<Instant> let_in(NodeNet::Host& host, seconds time) {
    std::vector<Instant> at;
    std::size_t before = host.reports.size();
    net.until(
        [&] {
          for (; before < host.reports.size(); ++before) {
            if (host.reports[before].starts_with("connected to 10.0.0.1:3000 (outbound"))
              at.push_back(net.now().instant);
          }
          return false;
        },
        time);
    return at;
  }
  void expect_waits_to_double(const std::vector<Instant>& at) {
    ASSERT_GE(at.size(), 8U);
    milliseconds least = p2p::kFirstRetry;
    for (std::size_t i = 1; i < at.size(); ++i) {
      EXPECT_GE(at[i] - at[i - 1], least) << i;
      EXPECT_LE(at[i] - at[i - 1], least * 3 / 2) << i;
      least = std::min(least * 2, p2p::kLastRetry * 2 / 3);
    }
  }

  NodeNet net;
  NodeNet::Host& full = start_full();
  NodeNet::Host& occupant = net.start(knowing(3, true));
};

TEST_F(NodeRedial, AFullStaticPeerIsDialedLessAndLessOften) {
  auto& host = net.start(knowing(2, true));
  expect_waits_to_double(let_in(host, std::chrono::minutes(5)));
  // Its place is free, and kept for a while: lost again it is looked for at once.
  net.kill(occupant);
  ASSERT_TRUE(net.until([&] { return host.node->peers().size() == 1; }, p2p::kLastRetry));
  net.run(p2p::kLastRetry);
  ASSERT_EQ(host.node->peers().size(), 1U);
  net.cut(host, full);
  net.heal();
  net.run(milliseconds(0));
  EXPECT_EQ(host.node->peers().size(), 1U);
}

TEST_F(NodeRedial, SoIsOneFromTheAddressBook) {
  auto& host = net.start(knowing(2, false));
  net.say(net.befriend(host, "somebody"), wire::peer::Peers{{*full.options.advertise}});
  expect_waits_to_double(let_in(host, std::chrono::minutes(5)));
  net.kill(occupant);
  EXPECT_TRUE(net.until([&] { return host.node->peers().size() == 1; }, p2p::kLastRetry));
}

}  // namespace
}  // namespace suara::testing
