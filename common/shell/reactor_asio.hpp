// The reactor's inside, for sources of this folder that do I/O on it.
#pragma once

#include "common/shell/reactor.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <vector>

namespace suara::shell {

struct Reactor::Impl {
  /// Handlers run before a turn ends although more are ready: bounds how long end-of-turn work waits.
  static constexpr std::size_t kMaxHandlersPerTurn = 256;

  /// Runs `task` when this turn ends: for work that is cheaper together, as one write for all that a turn sent. The
  /// caller asks once a turn.
  void after_turn(std::function<void()> task) { after_turn_.push_back(std::move(task)); }

  [[nodiscard]] bool turn_work_pending() const { return !after_turn_.empty(); }
  void end_turn();
  [[nodiscard]] bool is_due() const;  ///< the deadline has passed
  void arm_timer();
  /// A turn of its own, so that what was sent before is under way while the task, which may be long, runs.
  void run_deadline_task();

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ = boost::asio::make_work_guard(io_);

  std::vector<std::function<void()>> after_turn_;

  // The timer is left armed when the deadline moves later, and looks again when it fires.
  boost::asio::steady_timer timer_{io_};
  std::optional<Instant> deadline_;
  std::optional<Instant> armed_for_;
  std::function<void()> deadline_task_;
  bool deadline_passed_ = false;  // the task is due at the end of this turn
};

inline boost::asio::io_context& io_of(Reactor& reactor) { return reactor.impl().io_; }

}  // namespace suara::shell
