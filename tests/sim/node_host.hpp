// A machine that runs a peer node: the real core and codec behind the simulator's network, disk, signature checks and
// miner. Mining takes exponential virtual time in proportion to the work a header's target stands for; the nonce is
// real.
#pragma once

#include "peer-node/node/node.hpp"
#include "tests/sim/line_host.hpp"
#include "tests/sim/node_watch.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace suara::sim {

/// Signature checks that take their time: each worker does one job after the other.
struct CheckingWorkers {
  std::size_t count = 2;
  Duration per_signature{100};
};

struct NodeHostOptions {
  node::Options node;
  Duration mean_mining{std::chrono::seconds(60)};  ///< of a header with `reference_work`
  chain::Uint256 reference_work;
  std::optional<PrivateKey> forges_seals;  ///< a modified node: what headers it sends are sealed with this key
  Duration max_check_time{std::chrono::milliseconds(3)};  ///< of one job of signature checks; drawn up to this
  std::optional<CheckingWorkers> workers = {};            ///< instead
};

class NodeHost final : public LineHost {
 public:
  NodeHost(Environment& environment, const LineHostOptions& options, NodeHostOptions node);

  /// nullptr while it is down.
  [[nodiscard]] const node::Node* node() const { return node_.get(); }
  [[nodiscard]] const NodeWatch& watch() const { return watch_; }

  /// `answered` is called with the answer, unless the host dies first.
  using Answered = std::function<void(const Result<ledger::TransactionId>&)>;
  void submit(const Bytes& transaction, Answered answered);
  void retire() override;

  /// How often others ended a connection to it with this error code.
  [[nodiscard]] std::size_t refused_with(const std::string& code) const;

  struct Said {
    Instant when;
    Severity severity;
    std::string text;
  };
  /// Its log, over all lives; kept from now on.
  void keep_log() { keeps_log_ = true; }
  [[nodiscard]] const std::vector<Said>& said() const { return said_; }

  /// For the checkers' own test: accepts votes and throws every second one away.
  void drop_votes() { drops_votes_ = true; }

 private:
  void daemon_started() override;
  void daemon_died() override;
  void opened(const Opened& opened) override;
  void dial_failed(DialId dial, const Error& error) override;
  void line(ConnectionId connection, std::string_view line) override;
  void bad_line(ConnectionId connection, const Error& error) override;
  void closed(ConnectionId connection, const Error& reason) override;
  void stored(StoreToken token) override;
  void tick() override;
  std::optional<Instant> next_deadline() const override;

  [[nodiscard]] std::string forged(const std::string& line) const;
  Duration time_to_check(std::size_t signatures);

  void feed(node::Event event);
  void execute(node::Dial& action);
  void execute(node::Send& action);
  void execute(node::Close& action);
  void execute(node::RaiseLineLimit& action);
  void execute(node::Store& action);
  void execute(node::Verify& action);
  void execute(node::Mine& action);
  void execute(node::StopMining& action);
  void execute(node::Respond& action);
  void execute(node::CommandDone&) {}  // nobody commands
  void execute(node::TipMoved& action);
  void execute(node::Stop& action);
  void execute(Report& action);

  NodeHostOptions node_options_;
  SeededRng core_rng_;
  NodeWatch watch_;
  std::unique_ptr<node::Node> node_;
  std::vector<Instant> workers_free_at_;
  std::optional<node::MiningJobId> mining_;
  std::uint64_t next_request_ = 0;
  std::map<node::RequestId, Answered> unanswered_;
  bool drops_votes_ = false;
  bool keeps_log_ = false;
  std::vector<Said> said_;
  std::map<std::string, std::size_t> refusals_;  // by what its log says of them
};

}  // namespace suara::sim
