#include "common/shell/line_network.hpp"
#include "common/shell/descriptor_limit.hpp"
#include "tests/shell/blocking_client.hpp"
#include "tests/shell/recorded_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <system_error>
#include <utility>

namespace suara::shell {
namespace {

using namespace std::chrono_literals;

TEST(LineNetwork, WhoAsksALotAtOnceAndReadsGetsEveryAnswer) {
  LineNetworkOptions options;
  options.max_send_queue_bytes = 1000;
  options.pause_send_queue_bytes = 500;
  Network server(options);
  server.answer = [&](ConnectionId id, std::string_view line) {
    server.network->send(id, text(std::string(400, 'x') + std::string(line) + "\n"));
  };
  BlockingClient client(server.listen());
  std::string questions;
  for (int i = 0; i < 100; ++i) questions += std::to_string(i) + "\n";
  client.send(questions);
  client.shut_down_sending();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.read_line(), std::string(400, 'x') + std::to_string(i));
  EXPECT_EQ(client.read_all(), "");
}

TEST(LineNetwork, AsksNoMoreOfWhoReadsNoAnswers) {
  LineNetworkOptions options;
  options.max_send_queue_bytes = 32 * 1024 * 1024;
  options.pause_send_queue_bytes = 1;
  options.write = 200ms;
  Network server(options);
  server.answer = [&](ConnectionId id, std::string_view) {
    server.network->send(id, text(std::string(16 * 1024 * 1024, 'x')));  // more than the sockets hold
  };
  BlockingClient client(server.listen());
  client.send("one\ntwo\n");
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kWriteTimeout);
  EXPECT_EQ(server.lines.all(), std::vector<std::string>{"one"});
}

TEST(LineNetwork, DeliversSplitAndJoinedLines) {
  Network server;
  BlockingClient client(server.listen());
  client.send("one\ntw");
  EXPECT_THAT(server.lines.wait_for(1), testing::ElementsAre("one"));
  client.send("o\r\n\nthree\n");
  EXPECT_THAT(server.lines.wait_for(3), testing::ElementsAre("one", "two", "three"));
  const auto opened = server.opened.all();
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].direction, Direction::kInbound);
  EXPECT_EQ(opened[0].remote_host, "127.0.0.1");
}

TEST(LineNetwork, TakesObjectsWithoutNewlines) {
  LineNetworkOptions options;
  options.framing = wire::LineFramer::Mode::kLineOrObject;
  Network server(options);
  BlockingClient client(server.listen());
  client.send(R"({"address":"a}:1"})");
  EXPECT_THAT(server.lines.wait_for(1), testing::ElementsAre(R"({"address":"a}:1"})"));
}

TEST(LineNetwork, AnswersInOrderWhenRequestsArePipelined) {
  Network server;
  server.answer = [&](ConnectionId id, std::string_view line) {
    server.network->send(id, text("re " + std::string(line) + "\n"));
  };
  BlockingClient client(server.listen());
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += std::to_string(i) + "\n";
  client.send(requests);
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.read_line(), "re " + std::to_string(i));
}

TEST(LineNetwork, CloseWritesWhatIsQueuedFirst) {
  Network server;
  const std::string reply(700'000, 'x');
  server.answer = [&](ConnectionId id, std::string_view) {
    server.network->send(id, text(reply + "\n"));
    server.network->close(id);
    server.network->send(id, text("never\n"));
  };
  BlockingClient client(server.listen());
  client.send("hello\nmore that nobody reads\n");
  EXPECT_EQ(client.read_all(), reply + "\n");
  client.shut_down_sending();
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kClosedByUs);
  EXPECT_THAT(server.lines.all(), testing::ElementsAre("hello"));
  EXPECT_EQ(server.connections(), 0U);
}

TEST(LineNetwork, ClosesAClientThatNeverEndsItsSide) {
  LineNetworkOptions options;
  options.linger = 5ms;
  Network server(options);
  server.answer = [&](ConnectionId id, std::string_view) { server.network->close(id); };
  BlockingClient client(server.listen());
  client.send("bye\n");
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kClosedByUs);
}

TEST(LineNetwork, TellsALineThatIsTooLongAndReadsNoMore) {
  LineNetworkOptions options;
  options.max_line_size_bytes = 100;
  Network server(options);
  BlockingClient client(server.listen());
  client.send("fine\n" + std::string(200, 'x') + "\nunread\n");
  EXPECT_EQ(client.read_all(), "too long\n");
  EXPECT_TRUE(server.bad_lines.wait_for(1)[0] == wire::FramingError::kLineTooLong);
  EXPECT_THAT(server.lines.all(), testing::ElementsAre("fine"));
}

TEST(LineNetwork, SpeaksLongerLinesAndNothingElseWithWhoKnowsHow) {
  LineNetworkOptions options;
  options.framing = wire::LineFramer::Mode::kLineOrObject;
  options.half_close = 60s;
  options.max_line_size_bytes = 100;
  Network server(options);
  server.answer = [&](ConnectionId id, std::string_view) { server.network->speak_lines(id, 1000); };
  BlockingClient client(server.listen());
  client.send("{}{}" + std::string(900, 'x') + "\n");
  EXPECT_EQ(server.lines.wait_for(2)[1], "{}" + std::string(900, 'x'));
  client.shut_down_sending();
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kPeerClosed);
}

TEST(LineNetwork, DisconnectsAReaderThatIsTooSlow) {
  LineNetworkOptions options;
  options.max_send_queue_bytes = 64 * 1024;
  Network server(options);
  BlockingClient client(server.listen());
  const ConnectionId id = server.opened.wait_for(1)[0].connection;
  const std::string line(16 * 1024, 'x');
  // More than the socket buffers of both sides can hold.
  server.reactor.call([&] {
    for (int i = 0; i < 2000; ++i) server.network->send(id, text(line + "\n"));
  });
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kSendQueueFull);
  EXPECT_EQ(server.closed.all().size(), 1U);
  EXPECT_EQ(server.connections(), 0U);
}

TEST(LineNetwork, TellsAReaderThatIsTooSlowAfterTheLineUnderWay) {
  LineNetworkOptions options;
  options.max_send_queue_bytes = 64 * 1024;
  options.too_slow_line = text("too slow\n");
  options.too_slow = 20s;
  Network server(options);
  const std::uint16_t port = server.listen();
  BlockingClient client(port);
  BlockingClient other(port);
  const ConnectionId id = server.opened.wait_for(2)[0].connection;
  const ConnectionId healthy = server.opened.all()[1].connection;
  // Several lines in one send, so that the end of the one under way is not that of the send.
  const std::string line(5'000, 'x');
  const auto lines = text(line + "\n" + line + "\n" + line + "\n");
  server.reactor.call([&] {
    for (int i = 0; i < 2000; ++i) server.network->send(id, lines);
    server.network->send(healthy, text("still here\n"));
  });
  EXPECT_EQ(other.read_line(), "still here");
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kSendQueueFull);
  EXPECT_EQ(server.connections(), 2U) << "it is still being told why";
  std::vector<std::string> received;
  do {
    received.push_back(client.read_line());
  } while (received.back() != "too slow" && !received.back().empty());
  EXPECT_GT(received.size(), 1U);
  EXPECT_LT(received.size(), 6000U);
  for (std::size_t i = 0; i + 1 < received.size(); ++i) ASSERT_EQ(received[i], line) << i;
  EXPECT_EQ(received.back(), "too slow");
  EXPECT_EQ(client.read_all(), "");
  EXPECT_EQ(server.reactor.call([&] { return server.network->counters().closed_too_slow; }), 1U);
}

TEST(LineNetwork, DoesNotWaitForAReaderThatIsTooSlow) {
  LineNetworkOptions options;
  options.max_send_queue_bytes = 64 * 1024;
  options.too_slow_line = text("too slow\n");
  options.too_slow = 10ms;
  options.write = 60s;
  Network server(options);
  BlockingClient client(server.listen());
  const ConnectionId id = server.opened.wait_for(1)[0].connection;
  const auto line = text(std::string(16 * 1024, 'x') + "\n");
  server.reactor.call([&] {
    for (int i = 0; i < 2000; ++i) server.network->send(id, line);
  });
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kSendQueueFull);
  while (server.connections() > 0) {
  }
  EXPECT_FALSE(client.read_all().ends_with("too slow\n"));
  EXPECT_EQ(server.closed.all().size(), 1U);
}

TEST(LineNetwork, MuchSentInOneTurnIsNotTooMuchForWhoReads) {
  LineNetworkOptions options;
  options.max_send_queue_bytes = 64 * 1024;
  Network server(options);
  BlockingClient client(server.listen());
  const ConnectionId id = server.opened.wait_for(1)[0].connection;
  const std::string line(1023, 'x');
  server.reactor.call([&] {
    for (int i = 0; i < 128; ++i) server.network->send(id, text(line + "\n"));
  });
  for (int i = 0; i < 128; ++i) ASSERT_EQ(client.read_line(), line);
}

TEST(LineNetwork, ClosingDoesNotWaitForALateReaderForEver) {
  LineNetworkOptions options;
  options.write = 30ms;
  Network server(options);
  BlockingClient client(server.listen());
  const ConnectionId id = server.opened.wait_for(1)[0].connection;
  server.reactor.call([&] {
    server.network->send(id, text(std::string(64 * 1024 * 1024, 'x')));
    server.network->close(id);
  });
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kClosedByUs);
}

TEST(LineNetwork, AcceptsOneMessageLargerThanTheQueueWhenNothingWaits) {
  LineNetworkOptions options;
  options.max_send_queue_bytes = 1024;
  Network server(options);
  BlockingClient client(server.listen());
  const std::string block(4 * 1024 * 1024, 'b');
  server.send(server.opened.wait_for(1)[0].connection, block + "\n");
  EXPECT_EQ(client.read_line(), block);
}

TEST(LineNetwork, ReportsAWriteThatMakesNoProgress) {
  LineNetworkOptions options;
  options.write = 5ms;
  Network server(options);
  BlockingClient client(server.listen());
  server.send(server.opened.wait_for(1)[0].connection, std::string(64 * 1024 * 1024, 'x'));
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kWriteTimeout);
}

TEST(LineNetwork, TellsWhenTheOtherSideEnds) {
  Network server;
  const std::uint16_t port = server.listen();
  {
    const BlockingClient client(port);
  }
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kPeerClosed);
}

TEST(LineNetwork, AnswersAClientThatShutItsSideDown) {
  LineNetworkOptions options;
  options.half_close = 20s;
  Network server(options);
  BlockingClient client(server.listen());
  client.send("question\n");
  client.shut_down_sending();
  server.lines.wait_for(1);
  server.send(server.opened.all()[0].connection, "answer\n");
  EXPECT_EQ(client.read_all(), "answer\n");
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kPeerClosed);
}

TEST(LineNetwork, ForgetsAClientThatShutItsSideDownAndIsNeverAnswered) {
  LineNetworkOptions options;
  options.half_close = 5ms;
  Network server(options);
  BlockingClient client(server.listen());
  client.send("question\n");
  client.shut_down_sending();
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kPeerClosed);
}

TEST(LineNetwork, ClosesWhoSendsNoWholeFirstLine) {
  LineNetworkOptions options;
  options.first_line = 5ms;
  Network server(options);
  BlockingClient client(server.listen());
  client.send("no newline");
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kFirstLineTimeout);
  EXPECT_EQ(client.read_all(), "");
}

TEST(LineNetwork, ClosesWhoIsSilentAfterTheFirstLine) {
  LineNetworkOptions options;
  options.idle = 20ms;
  Network server(options);
  BlockingClient client(server.listen());
  client.send("hello\n");
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kIdle);
  EXPECT_THAT(server.lines.all(), testing::ElementsAre("hello"));
}

TEST(LineNetwork, IdleLimitOfOneConnectionCanBeShortened) {
  Network server;
  server.answer = [&](ConnectionId id, std::string_view) { server.network->set_idle(id, 1ms); };
  BlockingClient client(server.listen());
  client.send("hello\n");
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kIdle);
}

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
  EXPECT_EQ(server.reactor.call([&] { return server.network->counters().closed_access; }), 1U);
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
  ::alarm(20);
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
#ifdef __SANITIZE_ADDRESS__
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

TEST(LineNetwork, DialsByNameAndTalks) {
  Network server;
  server.answer = [&](ConnectionId id, std::string_view line) {
    server.network->send(id, text("re " + std::string(line) + "\n"));
  };
  const std::uint16_t port = server.listen();
  Network client;
  client.reactor.call([&] { client.network->dial(DialId{7}, {"localhost", port}); });
  const auto opened = client.opened.wait_for(1)[0];
  EXPECT_EQ(opened.direction, Direction::kOutbound);
  EXPECT_EQ(opened.dial, DialId{7});
  EXPECT_EQ(opened.remote_port, port);
  client.send(opened.connection, "hi\n");
  EXPECT_THAT(client.lines.wait_for(1), testing::ElementsAre("re hi"));
}

TEST(LineNetwork, TellsWhyADialFailed) {
  Network unused;
  std::uint16_t port = 0;
  {
    Network gone;
    port = gone.listen();
  }
  unused.reactor.call([&] { unused.network->dial(DialId{1}, {"127.0.0.1", port}); });
  EXPECT_TRUE(unused.dial_failures.wait_for(1)[0] == NetworkError::kRefused);
}

TEST(LineNetwork, ShutDownClosesEverythingAndAcceptsNothing) {
  Network server;
  const std::uint16_t port = server.listen();
  BlockingClient client(port);
  server.opened.wait_for(1);
  server.reactor.call([&] { server.network->shut_down(); });
  EXPECT_EQ(client.read_all(), "");
  client.shut_down_sending();
  EXPECT_TRUE(server.closed.wait_for(1)[0].reason == NetworkError::kClosedByUs);
  EXPECT_THROW(BlockingClient{port}, std::system_error);
}

}  // namespace
}  // namespace suara::shell
