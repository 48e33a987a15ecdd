#include "tests/sim/scheduler.hpp"

#include <algorithm>

namespace suara::sim {

void Scheduler::at(Instant due, Task task) {
  tasks_.emplace(Place{std::max(due, now_), next_number_++}, std::move(task));
}

bool Scheduler::step(Instant until) {
  if (tasks_.empty() || tasks_.begin()->first.due > until) {
    now_ = std::max(now_, until);
    return false;
  }
  auto next = tasks_.extract(tasks_.begin());
  now_ = next.key().due;
  ++steps_;
  next.mapped()();
  return true;
}

}  // namespace suara::sim
