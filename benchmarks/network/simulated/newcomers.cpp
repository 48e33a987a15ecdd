#include "benchmarks/network/simulated/newcomers.hpp"

#include "benchmarks/network/simulated/world.hpp"
#include "tests/support/chain_builder.hpp"

#include <cstdio>

namespace suara::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Newcomer {
  sim::NodeHost* host = nullptr;
  Instant came;
};

}  // namespace

std::string measure_newcomers(const NewcomersOptions& options) {
  World world({.discovery = options.discovery});
  world.start_directory();
  const auto blocks = testing::mine_chain(chain::genesis_block(world.spec).header, options.blocks);
  for (std::size_t i = 0; i < options.nodes_before; ++i) world.add_node(blocks).start();
  world.environment.scheduler.run_for(minutes(1));

  std::vector<Newcomer> waiting;
  const sim::Duration apart = sim::Duration(options.time) / static_cast<sim::Duration::rep>(options.newcomers);
  for (std::size_t i = 0; i < options.newcomers; ++i) {
    const Instant comes = world.environment.scheduler.now() + apart * static_cast<sim::Duration::rep>(i);
    sim::NodeHost& host = world.add_node();
    world.environment.scheduler.at(comes, [&host] { host.start(); });
    waiting.push_back({&host, comes});
  }
  std::vector<sim::Duration> delays;
  const auto has_it = [&](const Newcomer& newcomer) {
    const Instant now = world.environment.scheduler.now();
    if (newcomer.host->node() == nullptr || newcomer.host->node()->chain()->tip().height < options.blocks) return false;
    delays.push_back(now - newcomer.came);
    return true;
  };
  world.until(
      [&] {
        std::erase_if(waiting, has_it);
        return waiting.empty();
      },
      sim::Duration(options.time) + minutes(2), milliseconds(100));
  std::size_t peers = 0;
  for (const auto& host : world.nodes()) peers += host->node()->peers().size();
  if (delays.empty()) delays.emplace_back(0);
  char text[400];
  std::snprintf(
      text, sizeof text,
      R"({"newcomers":%zu,"synced":%zu,"peers_per_node":%.1f,"registered":%llu,"p50_ms":%.0f,"p99_ms":%.0f,"max_ms":%.0f})",
      options.newcomers, options.newcomers - waiting.size(),
      static_cast<double>(peers) / static_cast<double>(world.nodes().size()),
      static_cast<unsigned long long>(world.directory().server()->stats().peers), percentile_ms(delays, 0.5),
      percentile_ms(delays, 0.99), percentile_ms(delays, 1.0));
  return text;
}

}  // namespace suara::bench
