#include "common/shell/loop_lag.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <thread>

namespace suara::shell {
namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 30ms;

TEST(LoopLag, ALoopThatStandsStillIsLate) {
  Reactor reactor;
  const LoopLag lag(reactor, 1ms);
  reactor.post([] { std::this_thread::sleep_for(kPause); });  // what a long handler does to the loop
  reactor.set_deadline(Reactor::now().instant + 2 * kPause, [&] { reactor.stop(); });
  reactor.run();
  const auto& counts = lag.histogram().counts();
  EXPECT_GE(lag.histogram().sum(), kPause - 1ms - 1ms);
  EXPECT_GE(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), 1U);
}

TEST(LoopLag, GoesBeforeItsReactor) {
  Reactor reactor;
  {
    const LoopLag lag(reactor, 1ms);
  }
  reactor.post([&] { reactor.stop(); });
  reactor.run();
}

}  // namespace
}  // namespace suara::shell
