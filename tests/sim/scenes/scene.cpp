#include "tests/sim/scenes/scene.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/work.hpp"
#include "peer-node/p2p/limits.hpp"
#include "tests/sim/scenes/laid_chain.hpp"
#include "tests/support/chain_builder.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace suara::sim {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

chain::ChainSpec easy_network() {
  chain::ChainSpec spec = testing::easy_spec(1);
  spec.organisers = {testing::organiser_key().public_key()};
  spec.block_interval = seconds(10);
  spec.genesis_time_ms = kStartOfTimeMs - static_cast<std::uint64_t>(std::chrono::milliseconds(hours(24)).count());
  return spec;
}

NetworkOptions even_network() {
  return {.min_latency = Scene::kLatency, .max_latency = Scene::kLatency, .chunk_percent = 0};
}

}  // namespace

Scene::Scene() : spec(easy_network()), environment(kSeed, even_network()), wire(environment.network) {}

wire::Address Scene::address(unsigned number) { return {"10.0.1." + std::to_string(number), kPeerPort}; }

wire::Address Scene::directory(unsigned number) { return {"10.0.0." + std::to_string(number), kDirectoryPort}; }

// ---- machines ------------------------------------------------------------------------------------------------

node::Options Scene::options(unsigned number, const std::vector<unsigned>& knows) const {
  node::Options options{.spec = spec,
                        .network = {},
                        .node_key = PrivateKey::from_seed("node " + std::to_string(number)),
                        .advertise = address(number),
                        .bootstrap = {},
                        .static_peers = {},
                        .agent = "scene"};
  for (const unsigned other : knows) options.static_peers.push_back(address(other));
  return options;
}

NodeHost& Scene::start(node::Options options, const std::vector<chain::Block>& blocks, Duration mean_mining) {
  CHECK(options.advertise.has_value());
  const LineHostOptions machine{.ip = options.advertise->host,
                                .port = options.advertise->port,
                                .max_send_queue_bytes = p2p::kMaxSendQueueSizeBytes};
  auto host = std::make_unique<NodeHost>(
      environment, machine,
      NodeHostOptions{.node = std::move(options),
                      .mean_mining = mean_mining,
                      .reference_work = chain::work_of_target(*chain::target_of(spec.initial_bits)),
                      .forges_seals = {},
                      .max_check_time = Duration(0)});
  NodeHost& node = *host;
  hosts_.push_back(std::move(host));
  node.disk().set_mean_write(Duration(0));
  node.keep_log();
  if (!blocks.empty()) node.disk().tamper(database_with(spec, blocks));
  node.start();
  return node;
}

ScriptedPeer& Scene::play(unsigned number, Conduct conduct) {
  return play(address(number).host, kPeerPort, std::move(conduct));
}

ScriptedPeer& Scene::play(const std::string& ip, std::optional<std::uint16_t> port, Conduct conduct) {
  const LineHostOptions machine{.ip = ip, .port = port, .max_send_queue_bytes = p2p::kMaxSendQueueSizeBytes};
  auto host = std::make_unique<ScriptedPeer>(environment, machine, spec, std::move(conduct));
  ScriptedPeer& peer = *host;
  hosts_.push_back(std::move(host));
  peer.start();
  return peer;
}

DirectoryHost& Scene::serve_directory(unsigned number) {
  const LineHostOptions machine{
      .ip = directory(number).host, .port = kDirectoryPort, .framing = wire::LineFramer::Mode::kLineOrObject};
  auto host = std::make_unique<DirectoryHost>(environment, machine, directory::Options{});
  DirectoryHost& server = *host;
  hosts_.push_back(std::move(host));
  server.disk().set_mean_write(Duration(0));
  server.start();
  return server;
}

// ---- chains --------------------------------------------------------------------------------------------------

std::vector<chain::Block> Scene::chain_of(std::size_t count, const std::vector<chain::Block>& below,
                                          std::uint64_t branch) const {
  const chain::Header parent = below.empty() ? chain::genesis_block(spec).header : below.back().header;
  std::vector<chain::Block> blocks = below;
  for (chain::Block& block : testing::mine_chain(parent, count, branch << 32)) blocks.push_back(std::move(block));
  return blocks;
}

std::vector<chain::Block> Scene::chain_of(const NodeHost& host) {
  const chain::ChainState& chain = *host.node()->chain();
  std::vector<chain::Block> blocks;
  for (std::uint64_t height = 1; height <= chain.tip().height; ++height) {
    blocks.push_back(*chain.block(host.node()->view(), *chain.id_at(host.node()->view(), height)));
  }
  return blocks;
}

// ---- time ----------------------------------------------------------------------------------------------------

bool Scene::until(const std::function<bool()>& holds, Duration patience) {
  const Instant end = now() + patience;
  while (!holds()) {
    if (!environment.scheduler.step(end)) return holds();
  }
  return true;
}

void Scene::cut(const LineHost& left, const LineHost& right) {
  environment.network.cut(left.id(), right.id());
  environment.network.cut(right.id(), left.id());
}

const chain::ChainPoint& tip_of(const NodeHost& host) { return host.node()->chain()->tip(); }

bool are_one_network(const std::vector<NodeHost*>& hosts) {
  std::set<std::string> reached;
  std::vector<const NodeHost*> next = {hosts.front()};
  std::map<std::string, const NodeHost*> by_address;
  for (const NodeHost* const host : hosts) by_address[wire::Address{host->ip(), Scene::kPeerPort}.text()] = host;
  while (!next.empty()) {
    const NodeHost* const host = next.back();
    next.pop_back();
    if (host->node() == nullptr || !reached.insert(host->ip()).second) continue;
    for (const node::PeerInfo& peer : host->node()->peers()) {
      if (const auto other = by_address.find(peer.address); other != by_address.end()) next.push_back(other->second);
    }
  }
  return reached.size() == hosts.size();
}

bool agree(const std::vector<NodeHost*>& hosts) {
  return std::ranges::all_of(hosts, [&](const NodeHost* host) {
    return host->node() != nullptr && tip_of(*host).id == tip_of(*hosts.front()).id;
  });
}

std::optional<Instant> said_at(const NodeHost& host, const std::string& text) {
  for (const NodeHost::Said& said : host.said()) {
    if (said.text.find(text) != std::string::npos) return said.when;
  }
  return std::nullopt;
}

}  // namespace suara::sim
