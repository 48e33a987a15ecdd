// Safety: nothing is announced or accepted before it is durable, no tip loses work, tallies are what the blocks say.
// Liveness: all nodes come to one tip and one ledger with every accepted vote in it, find each other through the
// bootstrap server, keep nothing of connections that are gone, and come back from a power cut where they were. On a
// permissioned network one more mines with a key that is not listed: it is refused, and no block of its is taken.
#include "peer-node/chain/work.hpp"
#include "peer-node/p2p/limits.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/sim/directory_host.hpp"
#include "tests/sim/failure.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/run.hpp"
#include "tests/sim/workload.hpp"

#include <memory>

namespace suara::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint16_t kDirectoryPort = 4000;
constexpr std::uint16_t kPeerPort = 3000;
constexpr Duration kSafetyPhase = seconds(400);
constexpr Duration kLivenessBound = seconds(900);
constexpr Duration kBooksEvery = seconds(60);

PrivateKey node_key(std::size_t number) { return PrivateKey::from_seed("simulated node " + std::to_string(number)); }

const PrivateKey& intruder_key() {
  static const PrivateKey key = PrivateKey::from_seed("simulated intruder");
  return key;
}

chain::ChainSpec draw_spec(Rng& rng, std::size_t nodes) {
  chain::ChainSpec spec;
  spec.name = "simulated";
  spec.organisers = {organiser_key().public_key()};
  spec.block_interval = seconds(3 + rng.below(12));
  spec.rule = percent(rng, 60) ? chain::DifficultyRule::kFixed : chain::DifficultyRule::kLwma;
  if (spec.rule == chain::DifficultyRule::kLwma) spec.block_interval *= 4;  // at least 10 s
  spec.initial_bits = chain::bits_of_leading_zeros(static_cast<unsigned>(1 + rng.below(4)));
  spec.genesis_time_ms = kStartOfTimeMs - 86'400'000;
  if (percent(rng, 25)) {
    // The intruder's own core has to take its blocks: it believes itself listed, and forges what it sends.
    spec.miners.push_back(intruder_key().public_key());
    for (std::size_t i = 0; i < nodes; ++i) spec.miners.push_back(node_key(i).public_key());
  }
  return spec;
}

class ClusterWorld {
 public:
  explicit ClusterWorld(const RunOptions& options);

  void run();
  [[nodiscard]] RunResult result(std::optional<std::string> failure);

 private:
  void add_node(std::size_t number, std::size_t count);
  [[nodiscard]] Duration mean_mining(std::size_t count) const;
  void add_intruder();
  void check_intruder();
  void check_all_books();
  [[nodiscard]] std::string disagreement() const;
  void wait_for_agreement();
  void check_nothing_left_of_connections();
  void check_power_cut();
  [[nodiscard]] bool disks_are_idle() const;
  void tamper_with_a_tally();

  const RunOptions options_;
  Environment environment_;
  chain::ChainSpec spec_;
  std::vector<std::unique_ptr<DirectoryHost>> directories_;
  std::vector<std::unique_ptr<NodeHost>> nodes_;
  std::unique_ptr<NodeHost> intruder_;  // on permissioned networks
  std::unique_ptr<Faults> faults_;
  std::unique_ptr<Workload> workload_;
  std::set<std::string> addresses_;  // of those who listen
  Duration agreed_after_{};
};

ClusterWorld::ClusterWorld(const RunOptions& options) : options_(options), environment_(options.seed) {
  Rng& rng = environment_.rng;
  std::size_t count = options.nodes;
  if (count == 0) count = percent(rng, 10) ? 10 + rng.below(11) : 3 + rng.below(7);
  spec_ = draw_spec(rng, count);
  environment_.verbose = options.verbose;
  const std::size_t directories = percent(rng, 25) ? 2 : 1;
  for (std::size_t i = 0; i < directories; ++i) {
    directories_.push_back(
        std::make_unique<DirectoryHost>(environment_,
                                        LineHostOptions{.ip = "10.0.0." + std::to_string(i + 1),
                                                        .port = kDirectoryPort,
                                                        .framing = wire::LineFramer::Mode::kLineOrObject},
                                        directory::Options{}));
  }
  for (std::size_t i = 0; i < count; ++i) add_node(i, count);
  if (chain::lists_miners(spec_)) add_intruder();

  std::vector<LineHost*> hosts;
  std::vector<NodeHost*> nodes;
  for (const auto& directory : directories_) hosts.push_back(directory.get());
  for (const auto& node : nodes_) {
    hosts.push_back(node.get());
    nodes.push_back(node.get());
  }
  faults_ = std::make_unique<Faults>(environment_, hosts, draw_faults(rng));
  workload_ = std::make_unique<Workload>(
      environment_, nodes, spec_, WorkloadOptions{.voters = 20 + rng.below(80), .second_election = percent(rng, 40)});
  if (options.sabotage == Sabotage::kClosesSwallowed) environment_.network.swallow_closes();
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    // Some come late: they have a chain to catch up with when the faults are over.
    const bool late = i > directories_.size() && percent(rng, 10);
    if (!late) hosts[i]->start();
  }
}

void ClusterWorld::add_node(std::size_t number, std::size_t count) {
  Rng& rng = environment_.rng;
  const std::string ip = "10.0.1." + std::to_string(number + 1);
  const bool first = number == 0;
  const bool listens = first || percent(rng, 85);
  node::Options node{
      .spec = spec_,
      .network = {},
      .node_key = node_key(number),
      .advertise = listens ? std::optional(wire::Address{ip, kPeerPort}) : std::nullopt,
      .bootstrap = {},
      .static_peers = {},
      .mining = node::MiningMode::kPending,
      .agent = "sim",
      .max_outbound = count > 10 ? std::size_t{4} : std::size_t{8},
  };
  if (listens) addresses_.insert(node.advertise->text());
  for (const auto& directory : directories_) node.bootstrap.push_back({directory->ip(), kDirectoryPort});
  if (!first && percent(rng, 20)) node.static_peers.push_back({"10.0.1.1", kPeerPort});
  if (!first && percent(rng, 20)) {  // a newcomer that knows the network by name only
    node.network = chain::network_id(spec_);
    node.spec.reset();
  }
  if (!first && percent(rng, 25)) node.mining = node::MiningMode::kOff;
  if (percent(rng, 15)) node.mining = node::MiningMode::kAlways;
  const auto target = chain::target_of(spec_.initial_bits);
  nodes_.push_back(std::make_unique<NodeHost>(
      environment_,
      LineHostOptions{.ip = ip,
                      .port = listens ? std::optional(kPeerPort) : std::nullopt,
                      .max_send_queue_bytes = p2p::kMaxSendQueueSizeBytes,
                      .clock_error = milliseconds(rng.below(10'000)) - milliseconds(5'000)},
      NodeHostOptions{std::move(node), mean_mining(count), chain::work_of_target(*target), {}}));
  if (options_.sabotage == Sabotage::kDisksLie) nodes_.back()->disk().lie();
  if (options_.sabotage == Sabotage::kVotesDropped) nodes_.back()->drop_votes();
}

// As if every node mined: with fewer miners blocks come slower than the interval.
Duration ClusterWorld::mean_mining(std::size_t count) const {
  return Duration(spec_.block_interval) * static_cast<Duration::rep>(count);
}

// It mines faster than all others together: nobody would follow them if its blocks counted.
void ClusterWorld::add_intruder() {
  node::Options node{.spec = spec_,
                     .network = {},
                     .node_key = intruder_key(),
                     .advertise = {},
                     .bootstrap = {},
                     .static_peers = {{"10.0.1.1", kPeerPort}},
                     .mining = node::MiningMode::kAlways,
                     .agent = "intruder"};
  const auto target = chain::target_of(spec_.initial_bits);
  intruder_ = std::make_unique<NodeHost>(
      environment_,
      LineHostOptions{.ip = "10.0.9.9", .port = std::nullopt, .max_send_queue_bytes = p2p::kMaxSendQueueSizeBytes},
      NodeHostOptions{std::move(node), Duration(spec_.block_interval) / 4, chain::work_of_target(*target),
                      PrivateKey::from_seed("no miner")});
  intruder_->start();
}

void ClusterWorld::check_intruder() {
  if (intruder_ == nullptr) return;
  require(intruder_->refused_with("unlisted_miner") > 0, "the intruder was never refused");
  for (const auto& host : nodes_) {
    const chain::ChainState& chain = *host->node()->chain();
    for (std::uint64_t height = 1; height <= chain.tip().height; ++height) {
      const auto seal = chain.seal(host->node()->view(), *chain.id_at(host->node()->view(), height));
      require(seal && chain::is_listed_miner(spec_, seal->miner), host->ip() + ": a block without a miner's seal");
      require(seal->miner != intruder_key().public_key(), host->ip() + ": took a block of the intruder");
    }
  }
  intruder_->die(Death::kPower);
}

void ClusterWorld::run() {
  workload_->begin();
  environment_.scheduler.run_for(seconds(5));
  faults_->begin();
  const Instant end = environment_.scheduler.now() + kSafetyPhase;
  while (environment_.scheduler.now() < end) {
    environment_.scheduler.run_for(kBooksEvery);
    check_all_books();
  }
  faults_->end();
  wait_for_agreement();
  if (options_.sabotage == Sabotage::kTalliesTampered) tamper_with_a_tally();
  check_all_books();
  check_intruder();
  check_power_cut();
  check_nothing_left_of_connections();
}

void ClusterWorld::check_all_books() {
  for (const auto& host : nodes_) {
    if (host->running()) check_books(host->ip(), *host->node());
  }
}

// What keeps the nodes from having come to one mind; empty when nothing does.
std::string ClusterWorld::disagreement() const {
  if (!workload_->all_answered()) return "a wish is open";
  const node::Node* reference = nodes_[0]->node();
  for (const auto& host : nodes_) {
    const node::Node* const node = host->node();
    if (node->chain() == nullptr) return host->ip() + " has no chain";
    if (node->chain()->tip().id != reference->chain()->tip().id) {
      return host->ip() + " is at height " + std::to_string(node->chain()->tip().height) + ", the first node at " +
             std::to_string(reference->chain()->tip().height);
    }
  }
  if (const auto missing = workload_->missing_from(*reference)) return "accepted, but not in the chain: " + *missing;
  for (const auto& host : nodes_) {
    if (!host->node()->synced()) return host->ip() + " does not believe that it is in sync";
  }
  for (const auto& directory : directories_) {
    if (directory->listed(chain::network_id(spec_).hex()) != addresses_)
      return "not everybody is registered, or a stranger is";
  }
  return {};
}

void ClusterWorld::wait_for_agreement() {
  const Instant begin = environment_.scheduler.now();
  std::string reason = "it is early";
  while (!reason.empty()) {
    require(environment_.scheduler.now() < begin + kLivenessBound, "no agreement: " + reason);
    environment_.scheduler.run_for(seconds(1));
    reason = disagreement();
  }
  agreed_after_ = environment_.scheduler.now() - begin;
  const Hash256 ledger = ledger_digest(nodes_[0]->node()->view());
  for (const auto& host : nodes_) {
    require(ledger_digest(host->node()->view()) == ledger, host->ip() + ": the same tip, another ledger");
  }
}

bool ClusterWorld::disks_are_idle() const {
  for (const auto& host : nodes_) {
    if (host->disk().writes_pending() != 0) return false;
  }
  return true;
}

void ClusterWorld::check_power_cut() {
  for (int i = 0; i < 1000 && !disks_are_idle(); ++i) environment_.scheduler.run_for(milliseconds(100));
  require(disks_are_idle(), "the disks never come to rest");
  std::vector<chain::BlockId> tips;
  for (const auto& host : nodes_) {
    tips.push_back(host->node()->chain()->tip().id);
    host->die(Death::kPower);
  }
  environment_.scheduler.run_for(seconds(1));
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    nodes_[i]->start();
    require(nodes_[i]->node()->chain() != nullptr && nodes_[i]->node()->chain()->tip().id == tips[i],
            nodes_[i]->ip() + ": not where it was before the power cut");
  }
  environment_.scheduler.run_for(seconds(30));
}

void ClusterWorld::check_nothing_left_of_connections() {
  std::size_t peers = 0;
  for (const auto& host : nodes_) peers += host->node()->peers().size();
  require(nodes_.size() == 1 || peers != 0, "nobody found anybody");
  for (const auto& left : nodes_) {
    for (const auto& right : nodes_) environment_.network.cut(left->id(), right->id());
    for (const auto& right : directories_) {
      environment_.network.cut(left->id(), right->id());
      environment_.network.cut(right->id(), left->id());
    }
  }
  environment_.network.reset_all();
  environment_.scheduler.run_for(seconds(2));
  for (const auto& host : nodes_) {
    require(environment_.network.open_connections(host->id()) == 0, host->ip() + ": a connection through a cut");
    require(host->node()->peers().empty(), host->ip() + ": keeps a peer whose connection is gone");
    require(host->node()->footprint() == 0, host->ip() + ": keeps something of connections that are gone");
  }
  for (const auto& directory : directories_) {
    const directory::Stats stats = directory->server()->stats();
    require(stats.connections == 0 && stats.subscriptions == 0, directory->ip() + ": keeps a connection that is gone");
  }
}

void ClusterWorld::tamper_with_a_tally() {
  store::WriteBatch batch;
  nodes_[0]->disk().durable().scan(node_store::kTallies, {}, [&](std::string_view key, std::string_view value) {
    std::string changed(value);
    changed[0] = static_cast<char>(changed[0] + 1);
    batch.put(node_store::kTallies, std::string(key), changed);
    return false;
  });
  nodes_[0]->disk().tamper(batch);
}

RunResult ClusterWorld::result(std::optional<std::string> failure) {
  std::uint64_t crashes = 0;
  std::uint64_t reorganisations = 0;
  std::uint64_t height = 0;
  for (const auto& host : nodes_) {
    crashes += host->lives();
    reorganisations += host->watch().reorganisations();
    if (host->node() != nullptr && host->node()->chain() != nullptr) {
      height = std::max(height, host->node()->chain()->tip().height);
    }
  }
  return {std::move(failure), environment_.trace.digest(), environment_.trace.events(),
          (intruder_ != nullptr ? "permissioned cluster, " : "cluster, ") + std::to_string(nodes_.size()) +
              " nodes, height " + std::to_string(height) + ", " + std::to_string(workload_->accepted()) +
              " transactions accepted, " + std::to_string(crashes) + " crashes, " + std::to_string(reorganisations) +
              " reorganisations, agreed after " + std::to_string(agreed_after_.count() / 1'000'000) + " s"};
}

}  // namespace

RunResult run_cluster(const RunOptions& options) {
  ClusterWorld world(options);
  try {
    world.run();
    return world.result(std::nullopt);
  } catch (const Failure& failure) {
    return world.result(failure.what());
  }
}

}  // namespace suara::sim
