// The I/O thread of a daemon: an event loop that everything in a core's shell runs on. Asio stays in the .cpp;
// shell sources that need its executor include reactor_asio.hpp.
#pragma once

#include "common/util/time.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace suara::shell {

class Reactor {
 public:
  Reactor();
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  /// Runs until stop(). Exceptions of handlers end it and come out here.
  void run();
  /// From any thread.
  void stop();
  /// Runs `task` on the loop later; from any thread.
  void post(std::function<void()> task);
  /// One timer for the owner: replaces the previous deadline; nullopt cancels. Loop thread only.
  void set_deadline(std::optional<Instant> deadline, std::function<void()> task);

  /// Reads both clocks.
  static Now now();

  struct Impl;
  [[nodiscard]] Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace suara::shell
