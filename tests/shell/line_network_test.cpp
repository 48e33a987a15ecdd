#include "common/shell/line_network.hpp"
#include "tests/shell/blocking_client.hpp"
#include "tests/shell/recorded_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <system_error>

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
  EXPECT_EQ(server.reactor.call([&] { return server.network->counters().closed.at("send_queue_full"); }), 1U);
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
