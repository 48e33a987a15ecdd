// Virtual time: tasks in order of when they are due, and in the order they were asked for when that is the same.
// Time stands still while a task runs and jumps to the next one.
#pragma once

#include "common/util/time.hpp"

#include <functional>
#include <map>

namespace suara::sim {

class Scheduler {
 public:
  using Task = std::function<void()>;

  [[nodiscard]] Instant now() const { return now_; }

  /// A time that has passed means now.
  void at(Instant due, Task task);
  void after(Instant::duration delay, Task task) { at(now_ + delay, std::move(task)); }

  /// Runs the earliest task due at or before `until`. False when there is none; it is `until` then.
  bool step(Instant until);
  void run_until(Instant until) {
    while (step(until)) {
    }
  }
  void run_for(Instant::duration time) { run_until(now_ + time); }

  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  struct Place {
    Instant due;
    std::uint64_t number;
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  Instant now_{};
  std::uint64_t next_number_ = 0;
  std::uint64_t steps_ = 0;
  std::map<Place, Task> tasks_;
};

}  // namespace suara::sim
