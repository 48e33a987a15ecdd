#include "benchmarks/network/simulated/spreading.hpp"

#include "benchmarks/network/simulated/world.hpp"
#include "common/util/check.hpp"
#include "peer-node/p2p/limits.hpp"
#include "tests/sim/scenes/scripted_peer.hpp"
#include "tests/support/chain_builder.hpp"

#include <cstdio>

namespace suara::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kNever = 4'000'000'000'000;
constexpr std::size_t kMinersPeers = 8;
constexpr sim::Duration kPatience = minutes(2);

/// Votes by people of whom nobody has heard, until the block is as large.
chain::Block full_block(const chain::ChainSpec& spec, const chain::Header& parent, const ledger::ElectionId& election,
                        std::uint64_t first_voter, std::size_t size_bytes) {
  std::vector<ledger::Transaction> votes;
  const auto add = [&] {
    const std::uint64_t voter = first_voter + votes.size();
    votes.push_back(testing::vote(spec, testing::voter_key(voter), election, static_cast<std::uint16_t>(voter % 2)));
  };
  const auto size = [&] { return chain::encode(chain::Block{parent, votes}).size(); };
  add();
  const std::size_t empty = chain::encode(chain::Block{parent, {}}).size();
  const std::size_t one = size() - empty;
  while (votes.size() < (size_bytes - empty) / one) add();
  CHECK(size() <= size_bytes);
  return testing::mine_block(parent, std::move(votes));
}

/// The miner is a script: its own mempool would have told everybody of the votes before.
sim::ScriptedPeer& miner_beside(World& world, std::unique_ptr<sim::ScriptedPeer>& miner,
                                const std::vector<chain::Block>& blocks) {
  const sim::LineHostOptions machine{
      .ip = "10.0.0.2", .port = std::nullopt, .max_send_queue_bytes = p2p::kMaxSendQueueSizeBytes};
  miner = std::make_unique<sim::ScriptedPeer>(world.environment, machine, world.spec, sim::Conduct{.blocks = blocks});
  miner->start();
  for (std::size_t i = 0; i < std::min(kMinersPeers, world.nodes().size()); ++i) {
    miner->dial({world.nodes()[i * world.nodes().size() / kMinersPeers]->ip(), 3000});
  }
  return *miner;
}

std::size_t with_tip(const World& world, const chain::BlockId& id) {
  return static_cast<std::size_t>(
      std::ranges::count_if(world.nodes(), [&](const auto& host) { return host->node()->chain()->tip().id == id; }));
}

}  // namespace

std::string measure_spreading(const SpreadingOptions& options) {
  // The newcomers' own way is enough for 8 connections each; gossip would only be more to simulate.
  World world({.discovery = {.push = false, .poll = false, .announce = true, .gossip = false},
               .upload_mbit_per_second = options.upload_mbit_per_second});
  world.start_directory();
  const auto open = testing::open_election(world.spec, {"Alice", "Bob"}, 0, kNever);
  std::vector<chain::Block> blocks = {testing::mine_block(chain::genesis_block(world.spec).header, {open})};
  for (std::size_t i = 0; i < options.nodes; ++i) {
    sim::NodeHost& node = world.add_node(blocks);
    world.environment.scheduler.after(seconds(60) * static_cast<int>(i) / static_cast<int>(options.nodes),
                                      [&node] { node.start(); });
  }
  world.environment.scheduler.run_for(minutes(3));
  std::unique_ptr<sim::ScriptedPeer> owner;
  sim::ScriptedPeer& miner = miner_beside(world, owner, blocks);
  world.environment.scheduler.run_for(seconds(30));
  std::size_t peers = 0;
  for (const auto& host : world.nodes()) peers += host->node()->peers().size();

  std::vector<sim::Duration> delays;
  std::uint64_t voters = 0;
  for (std::size_t i = 0; i < options.blocks; ++i) {
    blocks.push_back(
        full_block(world.spec, blocks.back().header, testing::election_id(open), voters, options.size_bytes));
    voters += blocks.back().transactions.size();
    const chain::BlockId id = chain::block_id(blocks.back().header);
    miner.conduct.blocks = blocks;
    const Instant mined = world.environment.scheduler.now();
    miner.say(wire::peer::Announce{{id}, {}});
    std::size_t seen = 0;
    CHECK(world.until(
        [&] {
          const std::size_t now = with_tip(world, id);
          delays.insert(delays.end(), now - seen, world.environment.scheduler.now() - mined);
          seen = now;
          return seen == world.nodes().size();
        },
        kPatience, milliseconds(10)));
  }
  char text[400];
  std::snprintf(
      text, sizeof text,
      R"({"nodes":%zu,"blocks":%zu,"transactions":%zu,"peers_per_node":%.1f,"p50_ms":%.0f,"p99_ms":%.0f,"max_ms":%.0f})",
      options.nodes, options.blocks, blocks.back().transactions.size(),
      static_cast<double>(peers) / static_cast<double>(options.nodes), percentile_ms(delays, 0.5),
      percentile_ms(delays, 0.99), percentile_ms(delays, 1.0));
  return text;
}

}  // namespace suara::bench
