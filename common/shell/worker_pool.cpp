#include "common/shell/worker_pool.hpp"

#include "common/util/check.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace suara::shell {

struct WorkerPool::State : std::enable_shared_from_this<WorkerPool::State> {
  struct Job {
    std::function<void()> work;
    std::function<void()> done;
  };

  explicit State(Reactor& on) : reactor(on) {}

  void run_worker() {
    std::unique_lock lock(mutex);
    while (true) {
      wake_up.wait(lock, [this] { return stopping || !jobs.empty(); });
      if (stopping) return;
      Job job = std::move(jobs.front());
      jobs.pop_front();
      lock.unlock();
      job.work();
      reactor.post([weak = weak_from_this(), done = std::move(job.done)] {
        const auto self = weak.lock();
        if (self && !self->gone) done();
      });
      lock.lock();
    }
  }

  Reactor& reactor;
  std::mutex mutex;
  std::condition_variable wake_up;
  std::deque<Job> jobs;
  bool stopping = false;
  bool gone = false;  // the reactor thread's
  std::vector<std::thread> threads;
};

WorkerPool::WorkerPool(Reactor& reactor, unsigned threads) : state_(std::make_shared<State>(reactor)) {
  CHECK(threads > 0);
  for (unsigned i = 0; i < threads; ++i) state_->threads.emplace_back([raw = state_.get()] { raw->run_worker(); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->gone = true;
  state_->wake_up.notify_all();
  for (auto& thread : state_->threads) thread.join();
}

void WorkerPool::submit(std::function<void()> work, std::function<void()> done) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->jobs.push_back({std::move(work), std::move(done)});
  }
  state_->wake_up.notify_one();
}

}  // namespace suara::shell
