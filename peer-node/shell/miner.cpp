#include "peer-node/shell/miner.hpp"

#include "common/shell/reactor.hpp"
#include "peer-node/mining/limits.hpp"

#include <sys/resource.h>
#include <unistd.h>
#include <chrono>

namespace suara::node_shell {
namespace {

/// On Linux a "process" of setpriority is a thread. Failing only means a less polite miner.
void take_lowest_priority() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 19); }

}  // namespace

Miner::Miner(std::size_t threads, const mining::NonceRange& nonces, MinerHandlers handlers)
    : handlers_(std::move(handlers)) {
  for (const mining::NonceRange& part : mining::split(nonces, threads)) {
    workers_.push_back(std::make_unique<Worker>());
    workers_.back()->nonces = part;
  }
  for (auto& worker : workers_) worker->thread = std::thread([this, &own = *worker] { run(own); });
}

Miner::~Miner() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    job_.reset();
    generation_.fetch_add(1, std::memory_order_relaxed);
  }
  changed_.notify_all();
  for (auto& worker : workers_) worker->thread.join();
}

void Miner::start(node::MiningJobId job, const chain::Header& header) { replace(Job{job, header}); }

void Miner::stop() { replace(std::nullopt); }

void Miner::replace(std::optional<Job> job) {
  {
    const std::lock_guard lock(mutex_);
    job_ = job;
    exhausted_workers_ = 0;
    const std::uint64_t generation = generation_.fetch_add(1, std::memory_order_relaxed) + 1;
    if (job_) job_->generation = generation;
  }
  changed_.notify_all();
}

double Miner::hashes_per_second() const {
  const Instant now = shell::Reactor::now().instant;
  double sum = 0;
  for (const auto& worker : workers_) {
    const std::lock_guard lock(worker->rate_mutex);
    sum += worker->rate.per_second(now);
  }
  return sum;
}

std::uint64_t Miner::hashes() const {
  std::uint64_t sum = 0;
  for (const auto& worker : workers_) {
    const std::lock_guard lock(worker->rate_mutex);
    sum += worker->rate.total();
  }
  return sum;
}

void Miner::Worker::count(std::uint64_t hashes) {
  if (hashes == 0) return;
  const std::lock_guard lock(rate_mutex);
  rate.add(shell::Reactor::now().instant, hashes);
}

std::optional<Miner::Job> Miner::next_job(std::uint64_t after_generation) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ending_ || (job_ && job_->generation > after_generation); });
  return ending_ ? std::nullopt : job_;
}

void Miner::run(Worker& worker) {
  take_lowest_priority();
  std::uint64_t generation = 0;
  while (const std::optional<Job> job = next_job(generation)) {
    generation = job->generation;
    search(worker, *job);
  }
}

void Miner::search(Worker& worker, const Job& job) {
  bool stopped = false;
  const auto found = mining::search_while(job.header, worker.nonces, [&](std::uint64_t tried) {
    worker.count(tried);
    stopped = generation_.load(std::memory_order_relaxed) != job.generation;
    return !stopped;
  });
  if (found) {
    worker.count((*found - worker.nonces.first) % mining::kNoncesPerLook + 1);
    // Whoever moves the generation first reports; the others see it moved and stop.
    std::uint64_t expected = job.generation;
    if (generation_.compare_exchange_strong(expected, expected + 1)) handlers_.on_found(job.id, *found);
  } else if (!stopped) {
    exhausted(job);
  }
}

void Miner::exhausted(const Job& job) {
  {
    const std::lock_guard lock(mutex_);
    if (!job_ || job_->generation != job.generation || ++exhausted_workers_ < workers_.size()) return;
  }
  handlers_.on_exhausted(job.id);
}

}  // namespace suara::node_shell
