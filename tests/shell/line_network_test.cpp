#include "common/shell/line_network.hpp"

#include "common/shell/descriptor_limit.hpp"
#include "tests/shell/blocking_client.hpp"
#include "tests/shell/running_reactor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <deque>
#include <system_error>

namespace suara::shell {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<const std::string> text(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

struct Closed {
  ConnectionId connection;
  Error reason;
};

// A LineNetwork on a running reactor, with everything it reports recorded. Lines are answered by `answer`.
class Network {
 public:
  explicit Network(LineNetworkOptions options = {}) {
    LineNetworkHandlers handlers;
    handlers.on_open = [this](const OpenedConnection& connection) { opened.add(connection); };
    handlers.on_dial_failed = [this](DialId, const Error& error) { dial_failures.add(error); };
    handlers.on_line = [this](ConnectionId id, std::string_view line) {
      lines.add(std::string(line));
      if (answer) answer(id, line);
    };
    handlers.on_bad_line = [this](ConnectionId id, const Error& error) {
      bad_lines.add(error);
      network->send(id, text("too long\n"));
      network->close(id);
    };
    handlers.on_closed = [this](ConnectionId id, const Error& reason) { closed.add({id, reason}); };
    reactor.call([&] { network = std::make_unique<LineNetwork>(reactor.get(), options, std::move(handlers)); });
  }
  ~Network() {
    reactor.call([&] { network.reset(); });
  }
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  std::uint16_t listen() {
    return reactor.call([&] { return network->listen({"127.0.0.1", 0}).value(); });
  }
  void send(ConnectionId id, std::string bytes) {
    reactor.call([&] { network->send(id, text(bytes)); });
  }
  void close(ConnectionId id) {
    reactor.call([&] { network->close(id); });
  }
  std::size_t connections() {
    return reactor.call([&] { return network->connections(); });
  }

  RunningReactor reactor;
  std::unique_ptr<LineNetwork> network;
  std::function<void(ConnectionId, std::string_view)> answer;
  Recorder<OpenedConnection> opened;
  Recorder<Error> dial_failures;
  Recorder<std::string> lines;
  Recorder<Error> bad_lines;
  Recorder<Closed> closed;
};

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

TEST(LineNetwork, RaisesTheLineLimitOfOneConnection) {
  LineNetworkOptions options;
  options.max_line_size_bytes = 100;
  Network server(options);
  server.answer = [&](ConnectionId id, std::string_view) { server.network->set_max_line_size(id, 1000); };
  BlockingClient client(server.listen());
  client.send("hello\n" + std::string(900, 'x') + "\n");
  EXPECT_EQ(server.lines.wait_for(2)[1].size(), 900U);
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
  for (int i = 0; i < 3; ++i) clients.emplace_back(port);
  server.opened.wait_for(3);
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
  const std::size_t room = connections_within_descriptor_limit();
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_GE(after.rlim_cur, before.rlim_cur);
  EXPECT_GT(room, 0U);
  EXPECT_LT(room, after.rlim_cur);
}

TEST(LineNetwork, BoundsConnectionsFromOneAddress) {
  LineNetworkOptions options;
  options.max_connections_per_address = 2;
  Network server(options);
  const std::uint16_t port = server.listen();
  const BlockingClient first(port);
  const BlockingClient second(port);
  server.opened.wait_for(2);
  EXPECT_EQ(BlockingClient(port).read_all(), "");
  EXPECT_EQ(server.reactor.call([&] { return server.network->counters().refused_address_bound; }), 1U);
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

TEST(LineNetwork, NotifiesByDialAndCloses) {
  Network receiver;
  const std::uint16_t port = receiver.listen();
  LineNetworkOptions options;
  options.max_notifications = 2;
  Network sender(options);
  sender.reactor.call([&] {
    for (int i = 0; i < 20; ++i) sender.network->notify({"127.0.0.1", port}, text(std::to_string(i) + "\n"));
  });
  receiver.closed.wait_for(20);
  auto lines = receiver.lines.all();
  std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return std::stoi(a) < std::stoi(b); });
  ASSERT_EQ(lines.size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(lines[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST(LineNetwork, DropsTheOldestNotificationWhenTooManyWait) {
  Network receiver;
  const std::uint16_t port = receiver.listen();
  LineNetworkOptions options;
  options.max_notifications = 1;
  options.max_queued_notifications = 2;
  Network sender(options);
  sender.reactor.call([&] {
    for (int i = 0; i < 5; ++i) sender.network->notify({"127.0.0.1", port}, text(std::to_string(i) + "\n"));
  });
  receiver.closed.wait_for(3);
  EXPECT_THAT(receiver.lines.all(), testing::ElementsAre("0", "3", "4"));
  EXPECT_EQ(sender.reactor.call([&] { return sender.network->counters().notify_dropped; }), 2U);
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
