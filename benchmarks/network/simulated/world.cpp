#include "benchmarks/network/simulated/world.hpp"

#include "peer-node/chain/work.hpp"
#include "peer-node/p2p/limits.hpp"
#include "tests/sim/scenes/laid_chain.hpp"
#include "tests/support/chain_builder.hpp"

#include <algorithm>

namespace suara::bench {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint16_t kDirectoryPort = 4000;
constexpr std::uint16_t kPeerPort = 3000;
const std::string kDirectoryHost = "10.0.0.1";

sim::NetworkOptions network_options(std::uint64_t upload_mbit_per_second) {
  return {.min_latency = milliseconds(20),
          .max_latency = milliseconds(80),
          .chunk_percent = 0,
          .upload_bytes_per_second = upload_mbit_per_second * 1'000'000 / 8};
}

chain::ChainSpec network_specification() {
  chain::ChainSpec spec = testing::easy_spec(1);
  spec.block_interval = seconds(60);
  spec.max_block_size_bytes = 1'000'000;
  spec.genesis_time_ms =
      sim::kStartOfTimeMs - static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(hours(24)).count());
  return spec;
}

}  // namespace

World::World(const WorldOptions& options)
    : spec(network_specification()),
      environment(options.seed, network_options(options.upload_mbit_per_second)),
      options_(options) {
  environment.trace.stop();
  directory_ = std::make_unique<sim::DirectoryHost>(
      environment,
      sim::LineHostOptions{
          .ip = kDirectoryHost, .port = kDirectoryPort, .framing = wire::LineFramer::Mode::kLineOrObject},
      directory::Options{});
}

sim::NodeHost& World::add_node(const std::vector<chain::Block>& blocks) {
  const std::size_t number = nodes_.size();
  const wire::Address address{"10." + std::to_string(1 + number / 62'500) + "." + std::to_string(number / 250 % 250) +
                                  "." + std::to_string(1 + number % 250),
                              kPeerPort};
  node::Options node{.spec = spec,
                     .network = {},
                     .node_key = PrivateKey::from_seed("simulated node " + std::to_string(number)),
                     .advertise = address,
                     .bootstrap = {{kDirectoryHost, kDirectoryPort}},
                     .static_peers = {},
                     .discovery = options_.discovery,
                     .agent = "simulated"};
  const sim::LineHostOptions machine{
      .ip = address.host, .port = kPeerPort, .max_send_queue_bytes = p2p::kMaxSendQueueSizeBytes};
  nodes_.push_back(std::make_unique<sim::NodeHost>(
      environment, machine,
      sim::NodeHostOptions{.node = std::move(node),
                           .reference_work = chain::work_of_target(*chain::target_of(spec.initial_bits)),
                           .forges_seals = {},
                           .workers = sim::CheckingWorkers{}}));
  if (!blocks.empty()) nodes_.back()->disk().tamper(sim::database_with(spec, blocks));
  return *nodes_.back();
}

bool World::until(const std::function<bool()>& holds, sim::Duration patience, sim::Duration every) {
  const Instant end = environment.scheduler.now() + patience;
  while (!holds()) {
    if (environment.scheduler.now() >= end) return false;
    environment.scheduler.run_for(every);
  }
  return true;
}

double percentile_ms(std::vector<sim::Duration> times, double share) {
  std::ranges::sort(times);
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(times.size() - 1) + 0.5);
  return static_cast<double>(times[rank].count()) / 1000.0;
}

}  // namespace suara::bench
