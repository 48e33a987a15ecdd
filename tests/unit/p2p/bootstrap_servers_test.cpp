#include "peer-node/p2p/bootstrap_servers.hpp"

#include "common/store/memory_store.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace suara::p2p {
namespace {

using namespace std::chrono_literals;

enum class TestError { kRefused };
ErrorText describe(TestError) { return {"refused", "nobody listens there"}; }

wire::Address server(unsigned number) { return {"10.1.0." + std::to_string(number), 4000}; }

struct BootstrapServersTest : ::testing::Test {
  Now now{Instant(1h), from_unix_ms(1'764'000'000'000)};
  SeededRng rng{1};
  node::Outbox out;
  std::vector<wire::Address> configured{{"10.0.1.1", 4000}};
  BootstrapServers servers = make();
  std::uint64_t last_dial = 0;

  BootstrapServers make() const {
    return {configured, [](const wire::Address& address, BootstrapClient::Standing standing) {
              return BootstrapClient(address,
                                     {.network = NetworkId{},
                                      .key = PrivateKey::from_seed("node"),
                                      .own = wire::Address{"10.0.0.1", 3000},
                                      .status = [](Now) { return wire::PeerStatus{}; },
                                      .ways = {},
                                      .has_peers = [] { return true; }},
                                     standing);
            }};
  }
  void wait(std::chrono::milliseconds time) {
    now.instant += time;
    now.wall += time;
  }
  std::size_t learn(unsigned first, unsigned count) {
    std::vector<wire::Address> named;
    for (unsigned i = 0; i < count; ++i) named.push_back(server(first + i));
    return servers.learn(named, now).size();
  }
  BootstrapClient& client(const wire::Address& address) {
    return *std::ranges::find_if(servers.all(), [&](const auto& it) { return it.server() == address; });
  }
  void answers(const wire::Address& address) {
    BootstrapClient& one = client(address);
    if (!one.connection()) one.connected(ConnectionId{++last_dial}, now, rng, out);
    one.line(wire::encode(wire::BootstrapReply(wire::Registered{{"10.0.0.1", 3000}, false, 120, 40, "10.0.0.1:1"})),
             now, rng, out);
    servers.answered(one, now);
  }
  void hangs_up(const wire::Address& address) { client(address).disconnected(TestError::kRefused, now, rng, out); }
};

TEST_F(BootstrapServersTest, LearnsSixteenAndNoneTwice) {
  EXPECT_EQ(servers.learn(configured, now).size(), 0U);
  EXPECT_EQ(learn(1, 10), 10U);
  EXPECT_EQ(learn(1, 10), 0U);
  EXPECT_EQ(learn(5, 100), 6U);
  EXPECT_EQ(servers.all().size(), 17U);
  EXPECT_EQ(servers.all().front().server(), configured[0]);
}

TEST_F(BootstrapServersTest, RemembersThemOnDisk) {
  store::MemoryStore disk;
  learn(1, 2);
  EXPECT_TRUE(servers.has_changes());
  disk.apply(servers.flush());
  EXPECT_FALSE(servers.has_changes());
  configured.push_back(server(2));  // by the operator, meanwhile
  BootstrapServers again = make();
  again.load(disk);
  ASSERT_EQ(again.all().size(), 3U);
  EXPECT_EQ(again.all().back().server(), server(1));
  EXPECT_FALSE(again.has_changes());
}

TEST_F(BootstrapServersTest, InventedOnesCostAFewDialsAndAreForgottenInADay) {
  learn(1, 16);
  answers(configured[0]);
  std::size_t dials = 0;
  for (auto hours = 0h; hours <= 24h; ++hours) {
    for (int minutes = 0; minutes < 60; ++minutes) {
      for (BootstrapClient& one : servers.all()) {
        if (!one.wants_dial(now.instant)) continue;
        ++dials;
        one.began(DialId{++last_dial});
        one.dial_failed(TestError::kRefused, now, rng, out);
      }
      servers.give_up(now);
      wait(1min);
    }
  }
  EXPECT_LE(dials, 16U * (24 * 60 / 6 + 10)) << "one in 10 minutes each, less the jitter";
  EXPECT_EQ(servers.all().size(), 1U);
  EXPECT_EQ(learn(100, 1), 1U) << "and there is room again";
}

TEST_F(BootstrapServersTest, OneThatAnsweredIsKeptForAWeek) {
  learn(1, 1);
  answers(configured[0]);
  answers(server(1));
  hangs_up(server(1));
  wait(7 * 24h);
  EXPECT_TRUE(servers.give_up(now).empty());
  wait(1ms);
  EXPECT_EQ(servers.give_up(now), std::vector<wire::Address>{server(1)});
  store::MemoryStore disk;
  disk.apply(servers.flush());
  BootstrapServers again = make();
  again.load(disk);
  EXPECT_EQ(again.all().size(), 1U);
}

TEST_F(BootstrapServersTest, NothingIsForgottenWhileNobodyAnswers) {
  learn(1, 16);
  wait(365 * 24h);
  EXPECT_TRUE(servers.give_up(now).empty());
  answers(configured[0]);
  EXPECT_EQ(servers.give_up(now).size(), 16U);
}

TEST_F(BootstrapServersTest, AnswersAreNotedByTheHour) {
  learn(1, 1);
  answers(server(1));
  EXPECT_FALSE(servers.flush().empty());
  wait(1h);
  answers(server(1));
  EXPECT_FALSE(servers.has_changes());
  wait(1ms);
  answers(server(1));
  EXPECT_TRUE(servers.has_changes());
}

}  // namespace
}  // namespace suara::p2p
