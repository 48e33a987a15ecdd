// A large network in the simulator: a bootstrap server and any number of real node cores, each with links of 50 ms
// give or take 30, a line of so many Mbit/s up, a disk that syncs in 2 ms on average and two workers that check a
// signature in 100 us each.
#pragma once

#include "tests/sim/directory_host.hpp"
#include "tests/sim/node_host.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace suara::bench {

struct WorldOptions {
  std::uint64_t seed = 1;
  p2p::Discovery discovery = {};
  std::uint64_t upload_mbit_per_second = 100;
};

class World {
 public:
  explicit World(const WorldOptions& options);

  /// A node that listens, knows the bootstrap server and does not mine; it is not started.
  sim::NodeHost& add_node(const std::vector<chain::Block>& blocks = {});
  void start_directory() { directory_->start(); }
  [[nodiscard]] const std::vector<std::unique_ptr<sim::NodeHost>>& nodes() const { return nodes_; }
  [[nodiscard]] const sim::DirectoryHost& directory() const { return *directory_; }

  /// False when the condition does not hold within this much virtual time; looked at so often.
  bool until(const std::function<bool()>& holds, sim::Duration patience, sim::Duration every);

  chain::ChainSpec spec;
  sim::Environment environment;

 private:
  WorldOptions options_;
  std::unique_ptr<sim::DirectoryHost> directory_;
  std::vector<std::unique_ptr<sim::NodeHost>> nodes_;
};

/// Of times, the one that this share of them does not exceed.
double percentile_ms(std::vector<sim::Duration> times, double share);

}  // namespace suara::bench
