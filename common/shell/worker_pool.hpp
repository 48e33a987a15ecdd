// A few threads for work that would hold up the reactor, as checking signatures.
#pragma once

#include "common/shell/reactor.hpp"

#include <functional>
#include <memory>

namespace suara::shell {

class WorkerPool {
 public:
  WorkerPool(Reactor& reactor, unsigned threads);
  /// Waits for the jobs that run; those that wait are dropped. No `done` is called afterwards.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Runs `work` on a worker, in the order submitted, then `done` on the reactor's thread. The caller bounds how
  /// much it submits.
  void submit(std::function<void()> work, std::function<void()> done);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace suara::shell
