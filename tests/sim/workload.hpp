// What people do with a cluster: an organiser opens elections (and closes one early), voters vote at any node that
// runs and try again elsewhere until one accepts, some vote twice, some send what no node may accept.
#pragma once

#include "tests/sim/node_host.hpp"

#include <memory>
#include <vector>

namespace suara::sim {

struct WorkloadOptions {
  std::size_t voters = 30;
  std::size_t double_voters = 3;  ///< of them, vote again for somebody else elsewhere
  std::size_t nonsense = 6;       ///< submissions to be refused
  bool second_election = false;   ///< with a roll, closed early
  Duration spread{std::chrono::seconds(360)};
};

class Workload {
 public:
  /// All outlive the workload, and the workload outlives the scheduler's tasks.
  Workload(Environment& environment, std::vector<NodeHost*> nodes, const chain::ChainSpec& spec,
           WorkloadOptions options);

  void begin();

  /// What was accepted and should be in the chain of `node` and is not; nullopt when all is well.
  [[nodiscard]] std::optional<std::string> missing_from(const node::Node& node) const;
  /// Everybody's wishes have been accepted by some node or refused for good.
  [[nodiscard]] bool all_answered() const { return wishes_open_ == 0; }
  [[nodiscard]] std::size_t accepted() const { return accepted_.size(); }

 private:
  void wish(Duration when, ledger::Transaction transaction);
  void try_somewhere(const std::shared_ptr<const ledger::Transaction>& transaction);
  void answered(const std::shared_ptr<const ledger::Transaction>& transaction, const Error& error);
  void send_nonsense(Duration when);
  void hold_second_election();
  [[nodiscard]] NodeHost* any_running();
  [[nodiscard]] bool settled_otherwise(const node::Node& node, const ledger::Transaction& transaction) const;

  Environment& environment_;
  std::vector<NodeHost*> nodes_;
  const chain::ChainSpec& spec_;
  NetworkId network_;
  WorkloadOptions options_;
  ledger::ElectionId election_;
  std::size_t wishes_open_ = 0;
  std::vector<std::shared_ptr<const ledger::Transaction>> accepted_;
};

/// The organiser of the simulator's networks, and voter `number`: the same in every run, made once a process.
const PrivateKey& organiser_key();
const PrivateKey& voter_key(std::size_t number);

}  // namespace suara::sim
