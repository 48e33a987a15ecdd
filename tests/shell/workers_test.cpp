#include "common/shell/signals.hpp"
#include "common/shell/worker_pool.hpp"
#include "tests/shell/running_reactor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

namespace suara::shell {
namespace {

TEST(WorkerPool, WorksElsewhereAndReportsOnTheReactor) {
  RunningReactor reactor;
  const auto reactor_thread = reactor.call([] { return std::this_thread::get_id(); });
  auto pool = reactor.call([&] { return std::make_unique<WorkerPool>(reactor.get(), 3); });
  Recorder<std::pair<std::thread::id, std::thread::id>> done;
  reactor.call([&] {
    for (int i = 0; i < 100; ++i) {
      const auto worker = std::make_shared<std::thread::id>();
      pool->submit([worker] { *worker = std::this_thread::get_id(); },
                   [worker, &done] { done.add({*worker, std::this_thread::get_id()}); });
    }
  });
  for (const auto& [worker, reporter] : done.wait_for(100)) {
    EXPECT_NE(worker, reactor_thread);
    EXPECT_EQ(reporter, reactor_thread);
  }
  reactor.call([&] { pool.reset(); });
}

TEST(WorkerPool, ReportsNothingOnceItIsGone) {
  RunningReactor reactor;
  Recorder<int> done;
  reactor.call([&] {
    auto pool = std::make_unique<WorkerPool>(reactor.get(), 1);
    std::promise<void> worked;
    auto future = worked.get_future();
    pool->submit([&] { worked.set_value(); }, [&] { done.add(1); });
    future.wait();
    pool.reset();
  });
  reactor.call([] {});
  EXPECT_THAT(done.all(), testing::ElementsAre());
}

TEST(Signals, ComeAsTasksOfTheReactor) {
  RunningReactor reactor;
  Recorder<std::string> seen;
  auto signals = reactor.call(
      [&] { return std::make_unique<Signals>(reactor.get(), [&] { seen.add("stop"); }, [&] { seen.add("reload"); }); });
  std::raise(SIGHUP);
  seen.wait_for(1);
  std::raise(SIGTERM);
  seen.wait_for(2);
  std::raise(SIGINT);
  std::raise(SIGPIPE);
  EXPECT_THAT(seen.wait_for(3), testing::ElementsAre("reload", "stop", "stop"));
  reactor.call([&] { signals.reset(); });
}

}  // namespace
}  // namespace suara::shell
