#include "common/shell/line_network.hpp"
#include "common/wire/limits.hpp"
#include "tests/shell/blocking_client.hpp"
#include "tests/shell/recorded_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace suara::shell {
namespace {

using namespace std::chrono_literals;

void probe(Network& sender, std::uint64_t id, std::uint16_t port, const std::string& line, bool want_answer) {
  sender.reactor.call([&] { sender.network->probe(ProbeId{id}, {"127.0.0.1", port}, text(line), want_answer); });
}

std::uint16_t port_nobody_listens_on() {
  Network gone;
  return gone.listen();
}

TEST(Courier, NotifiesByDialAndCloses) {
  Network receiver;
  const std::uint16_t port = receiver.listen();
  LineNetworkOptions options;
  options.max_errands = 2;
  Network sender(options);
  sender.reactor.call([&] {
    for (int i = 0; i < 20; ++i) sender.network->notify({"127.0.0.1", port}, text(std::to_string(i) + "\n"));
  });
  receiver.closed.wait_for(20);
  auto lines = receiver.lines.all();
  std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return std::stoi(a) < std::stoi(b); });
  ASSERT_EQ(lines.size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(lines[static_cast<std::size_t>(i)], std::to_string(i));
  EXPECT_TRUE(sender.probed.all().empty());
}

TEST(Courier, DropsTheOldestNoticeWhenTooManyWait) {
  Network receiver;
  const std::uint16_t port = receiver.listen();
  LineNetworkOptions options;
  options.max_errands = 1;
  options.max_queued_notices = 2;
  Network sender(options);
  sender.reactor.call([&] {
    for (int i = 0; i < 5; ++i) sender.network->notify({"127.0.0.1", port}, text(std::to_string(i) + "\n"));
  });
  receiver.closed.wait_for(3);
  EXPECT_THAT(receiver.lines.all(), testing::ElementsAre("0", "3", "4"));
  EXPECT_EQ(sender.reactor.call([&] { return sender.network->counters().notify_dropped; }), 2U);
  EXPECT_TRUE(sender.probed.all().empty());
}

TEST(Courier, TellsWhetherALineArrived) {
  Network receiver;
  Network sender;
  probe(sender, 1, receiver.listen(), "hello\n", false);
  const auto arrived = sender.probed.wait_for(1)[0];
  EXPECT_EQ(arrived.id, ProbeId{1});
  ASSERT_TRUE(arrived.answer);
  EXPECT_EQ(*arrived.answer, "");
  probe(sender, 2, port_nobody_listens_on(), "hello\n", false);
  const auto lost = sender.probed.wait_for(2)[1];
  EXPECT_EQ(lost.id, ProbeId{2});
  ASSERT_FALSE(lost.answer);
  EXPECT_TRUE(lost.answer.error() == NetworkError::kRefused);
}

TEST(Courier, BringsBackOneLine) {
  Network receiver;
  receiver.answer = [&](ConnectionId id, std::string_view line) {
    receiver.network->send(id, text("re " + std::string(line) + "\r\nand more\n"));
  };
  Network sender;
  probe(sender, 7, receiver.listen(), "hello\n", true);
  const auto probed = sender.probed.wait_for(1)[0];
  EXPECT_EQ(probed.id, ProbeId{7});
  ASSERT_TRUE(probed.answer);
  EXPECT_EQ(*probed.answer, "re hello");
  receiver.closed.wait_for(1);
}

TEST(Courier, ProbesByConnectingAloneWithoutALine) {
  Network receiver;
  Network sender;
  probe(sender, 1, receiver.listen(), "", false);
  ASSERT_TRUE(sender.probed.wait_for(1)[0].answer);
  EXPECT_TRUE(receiver.closed.wait_for(1)[0].reason == NetworkError::kPeerClosed);
  EXPECT_TRUE(receiver.lines.all().empty());
  probe(sender, 2, port_nobody_listens_on(), "", false);
  EXPECT_TRUE(sender.probed.wait_for(2)[1].answer.error() == NetworkError::kRefused);
}

TEST(Courier, OneDeadlineBoundsConnectingAndTheAnswer) {
  Network receiver;
  LineNetworkOptions options;
  options.dial = 30ms;
  Network sender(options);
  probe(sender, 1, receiver.listen(), "hello\n", true);
  EXPECT_TRUE(sender.probed.wait_for(1)[0].answer.error() == NetworkError::kNoAnswer);
  EXPECT_THAT(receiver.lines.wait_for(1), testing::ElementsAre("hello"));
}

TEST(Courier, TakesAnAnswerAsLongAsALineAndNoLonger) {
  Network receiver;
  receiver.answer = [&](ConnectionId id, std::string_view line) {
    receiver.network->send(id, text(std::string(std::stoul(std::string(line)), 'x') + "\n"));
  };
  const std::uint16_t port = receiver.listen();
  Network sender;
  probe(sender, 1, port, std::to_string(wire::kMaxUntrustedLineSizeBytes) + "\n", true);
  const auto longest = sender.probed.wait_for(1)[0].answer;
  ASSERT_TRUE(longest);
  EXPECT_EQ(longest->size(), wire::kMaxUntrustedLineSizeBytes);
  probe(sender, 2, port, std::to_string(wire::kMaxUntrustedLineSizeBytes + 1) + "\n", true);
  EXPECT_TRUE(sender.probed.wait_for(2)[1].answer.error() == wire::FramingError::kLineTooLong);
}

TEST(Courier, AnEndWithoutAWholeLineIsNoAnswer) {
  Network receiver;
  receiver.answer = [&](ConnectionId id, std::string_view) {
    receiver.network->send(id, text("half a li"));
    receiver.network->close(id);
  };
  Network sender;
  probe(sender, 1, receiver.listen(), "hello\n", true);
  EXPECT_TRUE(sender.probed.wait_for(1)[0].answer.error() == NetworkError::kPeerClosed);
}

TEST(Courier, NoticesAndProbesTakeTurns) {
  Network receiver;
  const std::uint16_t port = receiver.listen();
  LineNetworkOptions options;
  options.max_errands = 1;
  Network sender(options);
  sender.reactor.call([&] {
    const wire::Address to{"127.0.0.1", port};
    for (const char* line : {"n0\n", "n1\n", "n2\n", "n3\n"}) sender.network->notify(to, text(line));
    sender.network->probe(ProbeId{0}, to, text("p0\n"), false);
    sender.network->probe(ProbeId{1}, to, text("p1\n"), false);
  });
  EXPECT_THAT(receiver.lines.wait_for(6), testing::ElementsAre("n0", "p0", "n1", "p1", "n2", "n3"));
}

TEST(Courier, ReportsAProbeThatFindsTheQueueFull) {
  Network receiver;
  const std::uint16_t port = receiver.listen();
  LineNetworkOptions options;
  options.max_errands = 1;
  options.max_queued_probes = 1;
  Network sender(options);
  sender.reactor.call([&] {
    const wire::Address to{"127.0.0.1", port};
    for (std::uint64_t i = 0; i < 3; ++i) sender.network->probe(ProbeId{i}, to, text(std::to_string(i) + "\n"), false);
  });
  std::vector<std::uint64_t> refused;
  for (const auto& [id, answer] : sender.probed.wait_for(3)) {
    if (!answer && answer.error() == NetworkError::kTooManyErrands) refused.push_back(id.value);
  }
  EXPECT_THAT(refused, testing::ElementsAre(2U));
  EXPECT_THAT(receiver.lines.wait_for(2), testing::ElementsAre("0", "1"));
}

TEST(Courier, ReportsNothingAfterShutDown) {
  Network receiver;
  LineNetworkOptions options;
  options.dial = 20ms;
  Network sender(options);
  probe(sender, 1, receiver.listen(), "hello\n", true);
  receiver.lines.wait_for(1);
  sender.reactor.call([&] { sender.network->shut_down(); });
  receiver.closed.wait_for(1);
  sender.reactor.call([] {});
  EXPECT_TRUE(sender.probed.all().empty());
}

}  // namespace
}  // namespace suara::shell
