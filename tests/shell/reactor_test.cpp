#include "common/shell/reactor_asio.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace suara::shell {
namespace {

using namespace std::chrono_literals;

TEST(Reactor, RunsPostedTasksInOrder) {
  Reactor reactor;
  std::string order;
  reactor.post([&] { order += 'a'; });
  reactor.post([&] { order += 'b'; });
  reactor.post([&] { reactor.stop(); });
  reactor.run();
  EXPECT_EQ(order, "ab");
}

TEST(Reactor, EndOfTurnTaskRunsAfterAllThatWasReady) {
  Reactor reactor;
  std::string order;
  reactor.post([&] { order += 'a', reactor.impl().after_turn([&] { order += '|'; }); });
  reactor.post([&] { order += 'b'; });
  reactor.post([&] { order += 'c', reactor.post([&] { reactor.stop(); }); });
  reactor.run();
  EXPECT_EQ(order, "abc|");
}

TEST(Reactor, EndOfTurnTaskMayAskForTheNextTurn) {
  Reactor reactor;
  int turns = 0;
  std::function<void()> again = [&] {
    if (++turns == 3) return reactor.stop();
    reactor.impl().after_turn(again);
  };
  reactor.impl().after_turn(again);
  reactor.run();
  EXPECT_EQ(turns, 3);
}

TEST(Reactor, AFloodOfHandlersDoesNotHoldUpTheEndOfTheTurn) {
  Reactor reactor;
  bool turn_ended = false;
  std::function<void()> flood = [&] {
    if (!turn_ended) reactor.post(flood);
  };
  reactor.post(flood);
  reactor.post([&] {
    reactor.impl().after_turn([&] {
      turn_ended = true;
      reactor.stop();
    });
  });
  reactor.run();
  EXPECT_TRUE(turn_ended);
}

TEST(Reactor, DeadlineIsReplacedByAnEarlierAndByALaterOne) {
  Reactor reactor;
  std::vector<std::string> fired;
  const auto start = Reactor::now().instant;
  reactor.set_deadline(start + 1h, [&] { fired.push_back("hour"); });
  reactor.set_deadline(start + 1ms, [&] { fired.push_back("early"); });
  reactor.set_deadline(start + 5ms, [&] {
    fired.push_back("later");
    EXPECT_GE(Reactor::now().instant, start + 5ms);
    reactor.stop();
  });
  reactor.run();
  EXPECT_EQ(fired, std::vector<std::string>{"later"});
}

TEST(Reactor, CancelledDeadlineDoesNotFire) {
  Reactor reactor;
  bool cancelled_fired = false;
  const auto start = Reactor::now().instant;
  reactor.set_deadline(start + 1ms, [&] { cancelled_fired = true; });
  reactor.set_deadline(std::nullopt, nullptr);
  reactor.post([&] { reactor.set_deadline(start + 5ms, [&] { reactor.stop(); }); });
  reactor.run();
  EXPECT_FALSE(cancelled_fired);
}

TEST(Reactor, PostsFromOtherThreads) {
  Reactor reactor;
  int count = 0;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) reactor.post([&] { ++count; });
    reactor.post([&] { reactor.stop(); });
  });
  reactor.run();
  other.join();
  EXPECT_EQ(count, 1000);
}

TEST(Reactor, AHandlersExceptionEndsRun) {
  Reactor reactor;
  reactor.post([] { throw std::runtime_error("disk"); });
  EXPECT_THROW(reactor.run(), std::runtime_error);
}

}  // namespace
}  // namespace suara::shell
