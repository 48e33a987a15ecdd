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
  /// The one of a daemon, which is never destroyed: a look-up of a host name runs on a thread that cannot be
  /// interrupted, and destroying a reactor waits for it, for as long as no name server answers.
  static Reactor& of_process();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  /// Runs until stop(). Exceptions of handlers end it and come out here.
  void run();
  /// From any thread.
  void stop();
  /// Runs `task` on the loop later; from any thread.
  void post(std::function<void()> task);
  /// Calls `task` at the end of the present loop turn, once however often it is asked for in that turn: for
  /// work that is cheaper together, as one synced commit for all events of a turn. Like the timer it is one,
  /// the owner's: while a task waits for the turn to end, further ones are ignored. Loop thread only.
  void at_end_of_turn(std::function<void()> task);
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
