#include "peer-node/shell/miner.hpp"

#include "peer-node/mining/nonce_search.hpp"
#include "peer-node/shell/limits.hpp"

#include <sys/resource.h>
#include <unistd.h>
#include <chrono>

namespace suara::node_shell {
namespace {

/// On Linux a "process" of setpriority is a thread. Failing only means a less polite miner.
void take_lowest_priority() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 19); }

}  // namespace

Miner::Miner(std::size_t threads, std::uint64_t first_nonce, OnFound on_found) : on_found_(std::move(on_found)) {
  for (std::size_t i = 0; i < threads; ++i) {
    auto worker = std::make_unique<Worker>();
    worker->first_nonce = first_nonce + i * (UINT64_MAX / threads);
    workers_.push_back(std::move(worker));
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
    const std::uint64_t generation = generation_.fetch_add(1, std::memory_order_relaxed) + 1;
    if (job_) job_->generation = generation;
  }
  changed_.notify_all();
}

double Miner::hashes_per_second() const {
  double sum = 0;
  for (const auto& worker : workers_) sum += worker->hashes_per_second.load(std::memory_order_relaxed);
  return sum;
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
    worker.hashes_per_second.store(0, std::memory_order_relaxed);
  }
}

void Miner::search(Worker& worker, const Job& job) {
  using Clock = std::chrono::steady_clock;
  constexpr double kWeight = 1.0 / 16;  // of the newest measurement in the running average
  double average = 0;
  auto started = Clock::now();
  for (std::uint64_t nonce = worker.first_nonce; generation_.load(std::memory_order_relaxed) == job.generation;
       nonce += kNoncesPerLook) {
    if (const auto found = mining::search(job.header, nonce, kNoncesPerLook)) {
      // Whoever moves the generation first reports; the others see it moved and stop.
      std::uint64_t expected = job.generation;
      if (generation_.compare_exchange_strong(expected, expected + 1)) on_found_(job.id, *found);
      return;
    }
    const auto ended = Clock::now();
    const double seconds = std::chrono::duration<double>(ended - started).count();
    started = ended;
    if (seconds <= 0) continue;
    const double speed = static_cast<double>(kNoncesPerLook) / seconds;
    average = average > 0 ? average + (speed - average) * kWeight : speed;
    worker.hashes_per_second.store(average, std::memory_order_relaxed);
  }
}

}  // namespace suara::node_shell
