// Threads that search a nonce for the present job. A new job replaces the old one within a millisecond; the threads
// have the lowest scheduling priority, so that mining takes what is left over and never delays the I/O thread.
#pragma once

#include "peer-node/chain/header.hpp"
#include "peer-node/node/events.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace suara::node_shell {

class Miner {
 public:
  /// Called on a mining thread, once per job at most; a job that was replaced meanwhile may still be reported.
  using OnFound = std::function<void(node::MiningJobId, std::uint64_t nonce)>;

  /// `first_nonce` should be random: nodes that work on equal headers then search different nonces.
  Miner(std::size_t threads, std::uint64_t first_nonce, OnFound on_found);
  /// Joins the threads; `on_found` is not called any more.
  ~Miner();
  Miner(const Miner&) = delete;
  Miner& operator=(const Miner&) = delete;

  void start(node::MiningJobId job, const chain::Header& header);
  void stop();

  [[nodiscard]] std::size_t threads() const { return workers_.size(); }
  /// The speed of the threads that are searching at the moment; 0 while there is nothing to do.
  [[nodiscard]] double hashes_per_second() const;

 private:
  struct Job {
    node::MiningJobId id;
    chain::Header header;
    std::uint64_t generation = 0;
  };
  struct Worker {
    std::uint64_t first_nonce = 0;
    std::atomic<double> hashes_per_second{0};
    std::thread thread;
  };

  void run(Worker& worker);
  void search(Worker& worker, const Job& job);
  /// Waits for a job that this worker has not searched; nullopt: the miner ends.
  std::optional<Job> next_job(std::uint64_t after_generation);
  void replace(std::optional<Job> job);

  OnFound on_found_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Job> job_;                    // guarded by mutex_
  bool ending_ = false;                       // guarded by mutex_
  std::atomic<std::uint64_t> generation_{0};  // of the present state; a search ends when it moves
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace suara::node_shell
