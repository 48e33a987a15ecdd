// A reactor on a thread of its own, so that tests may block on sockets and conditions.
#pragma once

#include "common/shell/reactor.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace suara::shell {

/// No test waits this long unless something is broken.
inline constexpr std::chrono::seconds kGuard{100};

class RunningReactor {
 public:
  RunningReactor() : thread_([this] { reactor_.run(); }) {}
  ~RunningReactor() {
    reactor_.stop();
    thread_.join();
  }
  RunningReactor(const RunningReactor&) = delete;
  RunningReactor& operator=(const RunningReactor&) = delete;

  Reactor& get() { return reactor_; }

  /// Runs `task` on the reactor's thread and returns what it returns.
  template <class Task>
  auto call(Task task) {
    using Value = decltype(task());
    auto packaged = std::make_shared<std::packaged_task<Value()>>(std::move(task));
    auto future = packaged->get_future();
    reactor_.post([packaged] { (*packaged)(); });
    if (future.wait_for(kGuard) != std::future_status::ready) throw std::runtime_error("the reactor does not answer");
    return future.get();
  }

 private:
  Reactor reactor_;
  std::thread thread_;
};

/// Events recorded on the reactor's thread and waited for on the test's.
template <class Item>
class Recorder {
 public:
  void add(Item item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
    changed_.notify_all();
  }

  /// All recorded so far, once there are at least `count`.
  std::vector<Item> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kGuard, [&] { return items_.size() >= count; })) {
      throw std::runtime_error("recorded " + std::to_string(items_.size()) + " of " + std::to_string(count));
    }
    return items_;
  }

  std::vector<Item> all() { return wait_for(0); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Item> items_;
};

}  // namespace suara::shell
