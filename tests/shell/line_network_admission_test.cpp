// Who gets in, and how many: bounds, access lists, descriptors, the port itself.
#include "common/shell/descriptor_limit.hpp"
#include "common/shell/line_network.hpp"
#include "tests/shell/blocking_client.hpp"
#include "tests/shell/recorded_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <deque>
#include <fstream>
#include <system_error>
#include <utility>

namespace suara::shell {
namespace {

using namespace std::chrono_literals;

TEST(LineNetwork, BoundsConnectionsInAllAndRecovers) {
  LineNetworkOptions options;
  options.max_connections = 3;
  Network server(options);
  const std::uint16_t port = server.listen();
  std::deque<BlockingClient> clients;
  for (int i = 0; i < 3; ++i) clients.emplace_back(port).send("hello\n");
  server.lines.wait_for(3);
  EXPECT_EQ(BlockingClient(port).read_all(), "");
  EXPECT_EQ(server.connections(), 3U);
  EXPECT_EQ(server.reactor.call([&] { return server.network->counters().refused_total_bound; }), 1U);
  clients.pop_front();
  server.closed.wait_for(1);
  clients.emplace_back(port);
  EXPECT_EQ(server.opened.wait_for(4).size(), 4U);
}

TEST(LineNetwork, LeavesRoomBelowTheLimitOfOpenFiles) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(room_for_connections(10), 10U);
  const std::size_t room = room_for_connections(before.rlim_max);
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_GE(after.rlim_cur, before.rlim_cur);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  EXPECT_GT(room, 0U);
  EXPECT_LT(room, after.rlim_cur);
}

TEST(LineNetwork, BoundsConnectionsFromOneAddress) {
  LineNetworkOptions options;
  options.max_connections_per_address = 2;
  Network server(options);
  const std::uint16_t port = server.listen();
  BlockingClient first(port);
  BlockingClient second(port);
  first.send("hello\n");
  second.send("hello\n");
  server.lines.wait_for(2);
  EXPECT_EQ(BlockingClient(port).read_all(), "");
  EXPECT_EQ(server.reactor.call([&] { return server.network->counters().refused_address_bound; }), 1U);
}

void expect_silence_gives_way(const LineNetworkOptions& options) {
  Network server(options);
  server.answer = [&](ConnectionId id, std::string_view) { server.network->send(id, text("pong\n")); };
  const std::uint16_t port = server.listen();
  BlockingClient silent(port);
  BlockingClient talker(port);
  talker.send("ping\n");
  EXPECT_EQ(talker.read_line(), "pong");
  std::string answer;
  while (answer.empty()) {  // refused as long as the silent one may still have its first line on the way
    BlockingClient newcomer(port);
    newcomer.send("ping\n");
    answer = newcomer.read_line();
  }
  EXPECT_EQ(answer, "pong");
  EXPECT_EQ(silent.read_all(), "");
  talker.send("ping\n");
  EXPECT_EQ(talker.read_line(), "pong");
  EXPECT_EQ(server.reactor.call([&] { return server.network->counters().displaced; }), 1U);
}

TEST(LineNetwork, SilentConnectionsDoNotKeepOthersOut) {
  LineNetworkOptions options;
  options.max_connections = 2;
  expect_silence_gives_way(options);
}

TEST(LineNetwork, SilentConnectionsDoNotKeepOthersOfTheirAddressOut) {
  LineNetworkOptions options;
  options.max_connections_per_address = 2;
  expect_silence_gives_way(options);
}

AccessList denying(const char* prefix) { return {{}, CidrList({Cidr::parse(prefix).value()})}; }

TEST(LineNetwork, TurnsAwayWhoMayNotConnect) {
  LineNetworkOptions options;
  options.access = denying("127.0.0.0/8");
  Network server(options);
  EXPECT_EQ(BlockingClient(server.listen()).read_all(), "");
  EXPECT_TRUE(server.opened.all().empty());
  EXPECT_EQ(server.reactor.call([&] { return server.network->counters().refused_access; }), 1U);
}

TEST(LineNetwork, ClosesWhoMayNoLongerConnect) {
  Network server;
  const std::uint16_t port = server.listen();
  BlockingClient client(port);
  server.opened.wait_for(1);
  const auto allow_only = [&](const char* prefix) {
    server.reactor.call([&] { server.network->set_admission(10, 10, {CidrList({Cidr::parse(prefix).value()}), {}}); });
  };
  allow_only("127.0.0.1");
  EXPECT_TRUE(server.closed.all().empty());
  allow_only("192.0.2.0/24");
  EXPECT_EQ(client.read_all(), "");
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kNotAllowed);
  EXPECT_EQ(server.reactor.call([&] { return server.network->counters().closed.at("not_allowed"); }), 1U);
  EXPECT_EQ(BlockingClient(port).read_all(), "");
}

TEST(LineNetwork, NewBoundsHoldForWhoConnectsNext) {
  Network server;
  const std::uint16_t port = server.listen();
  const BlockingClient first(port);
  const BlockingClient second(port);
  server.opened.wait_for(2);
  server.reactor.call([&] { server.network->set_admission(10, 2, {}); });
  EXPECT_EQ(BlockingClient(port).read_all(), "");
  server.reactor.call([&] { server.network->set_admission(1, 10, {}); });
  EXPECT_EQ(BlockingClient(port).read_all(), "");
  server.reactor.call([&] { server.network->set_admission(10, 10, {}); });
  const BlockingClient third(port);
  EXPECT_EQ(server.opened.wait_for(3).size(), 3U);
  EXPECT_TRUE(server.closed.all().empty());
}

// A process of nobody's that may not listen below 1024: ends with the number of the error.
TEST(LineNetwork, TellsThatAPortIsPrivileged) {
  std::ifstream first_free("/proc/sys/net/ipv4/ip_unprivileged_port_start");
  int port = 0;
  if (!(first_free >> port) || port <= 1) GTEST_SKIP() << "every port is anybody's here";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        constexpr uid_t kNobody = 65534;
        if (::getuid() == 0 && ::setuid(kNobody) != 0) std::exit(3);
        Reactor reactor;
        LineNetwork network(reactor, {}, {});
        const auto listening = network.listen({"127.0.0.1", 1});
        std::exit(!listening && listening.error() == NetworkError::kPrivilegedPort ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

// Ends with 0 when a connection that found no descriptor left is accepted once there is one.
[[noreturn]] void run_out_of_descriptors() {
  ::alarm(100);
  Network server;
  const std::uint16_t port = server.listen();
  std::deque<BlockingClient> clients;
  clients.emplace_back(port);
  server.opened.wait_for(1);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) std::exit(3);
  const rlim_t before = std::exchange(limit.rlim_cur, 0);
  clients.emplace_back(port);  // the accepted one takes the descriptor that follows
  server.opened.wait_for(2);
  const int last = ::dup(0);
  limit.rlim_cur = static_cast<rlim_t>(last) + 1;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) std::exit(3);
  ::close(last);
  clients.emplace_back(port);  // takes the last descriptor, and none is left to accept with
  for (int turn = 0; turn < 3; ++turn) server.reactor.call([] {});  // in which it tries in vain
  if (server.opened.all().size() != 2) std::exit(4);
  limit.rlim_cur = before;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) std::exit(3);
  server.opened.wait_for(3);
  std::exit(0);
}

TEST(LineNetwork, WaitsForADescriptor) {
#ifdef UNDEFINED_BEHAVIOUR_SANITIZER
  GTEST_SKIP() << "the undefined behaviour sanitizer takes descriptors for its own checks";
#endif
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_out_of_descriptors(), testing::ExitedWithCode(0), "cannot accept connections");
}

TEST(LineNetwork, SurvivesAFloodOfConnections) {
  LineNetworkOptions options;
  options.max_connections_per_address = 10;
  Network server(options);
  server.answer = [&](ConnectionId id, std::string_view) { server.network->send(id, text("pong\n")); };
  const std::uint16_t port = server.listen();
  for (int i = 0; i < 500; ++i) BlockingClient(port).send("ping\n");
  server.reactor.call([] {});
  // However many of the flood got in: all of them go, and then there is room.
  std::string answer;
  for (int i = 0; i < 10'000 && answer.empty(); ++i) {
    BlockingClient client(port);
    client.send("ping\n");
    answer = client.read_line();
  }
  EXPECT_EQ(answer, "pong");
}

TEST(LineNetwork, RefusesAPortInUse) {
  Network first;
  Network second;
  const std::uint16_t port = first.listen();
  const auto result = second.reactor.call([&] { return second.network->listen({"127.0.0.1", port}); });
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error() == NetworkError::kAddressInUse);
  EXPECT_EQ(result.error().detail(), "127.0.0.1:" + std::to_string(port));
}

TEST(LineNetwork, RefusesAnAddressThatIsNotOurs) {
  Network server;
  const auto result = server.reactor.call([&] { return server.network->listen({"192.0.2.1", 4000}); });
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error() == NetworkError::kCannotListen);
}

}  // namespace
}  // namespace suara::shell
