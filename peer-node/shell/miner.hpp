// Threads that search a nonce for the present job, each in its own part of the nonces. A new job replaces the old one
// within 5 ms (mining/limits.hpp); the threads have the lowest scheduling priority, so that mining takes what is left
// over and never delays the I/O thread.
#pragma once

#include "peer-node/chain/header.hpp"
#include "peer-node/mining/hash_rate.hpp"
#include "peer-node/mining/nonce_search.hpp"
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

/// Called on a mining thread, one of them once per job at most; a job that was replaced meanwhile may still be
/// reported.
struct MinerHandlers {
  std::function<void(node::MiningJobId, std::uint64_t nonce)> on_found;
  std::function<void(node::MiningJobId)> on_exhausted;  ///< none of the range's nonces will do
};

class Miner {
 public:
  /// `nonces`: what there is to try for a job. Its first should be random: nodes that work on equal headers then search
  /// different nonces.
  Miner(std::size_t threads, const mining::NonceRange& nonces, MinerHandlers handlers);
  /// Joins the threads; no handler is called any more.
  ~Miner();
  Miner(const Miner&) = delete;
  Miner& operator=(const Miner&) = delete;

  void start(node::MiningJobId job, const chain::Header& header);
  void stop();

  [[nodiscard]] std::size_t threads() const { return workers_.size(); }
  /// Nonces tried a second by all threads, lately (mining/hash_rate.hpp).
  [[nodiscard]] double hashes_per_second() const;
  /// Nonces tried since the start.
  [[nodiscard]] std::uint64_t hashes() const;

 private:
  struct Job {
    node::MiningJobId id;
    chain::Header header;
    std::uint64_t generation = 0;
  };
  struct Worker {
    mining::NonceRange nonces;
    mutable std::mutex rate_mutex;
    mining::HashRate rate;  // guarded by rate_mutex
    std::thread thread;

    void count(std::uint64_t hashes);
  };

  void run(Worker& worker);
  void search(Worker& worker, const Job& job);
  /// Waits for a job that this worker has not searched; nullopt: the miner ends.
  std::optional<Job> next_job(std::uint64_t after_generation);
  void replace(std::optional<Job> job);

  void exhausted(const Job& job);

  MinerHandlers handlers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Job> job_;                    // guarded by mutex_
  std::size_t exhausted_workers_ = 0;         // of the present job; guarded by mutex_
  bool ending_ = false;                       // guarded by mutex_
  std::atomic<std::uint64_t> generation_{0};  // of the present state; a search ends when it moves
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace suara::node_shell
