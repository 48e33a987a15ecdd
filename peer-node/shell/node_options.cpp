#include "peer-node/shell/node_options.hpp"

#include "common/shell/start_up.hpp"
#include "peer-node/chain/work.hpp"
#include "peer-node/shell/limits.hpp"

#include <fstream>
#include <sstream>

namespace suara::node_shell {
namespace {

std::string read_spec_file(const shell::Config& config, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) config.refuse("genesis", "the file " + path + " cannot be read");
  std::string text(kMaxSpecFileSizeBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxSpecFileSizeBytes) config.refuse("genesis", path + " is too long for a specification");
  return text;
}

/// Exactly one of --dev, --genesis and --network says which network this node is of.
void read_network(const shell::Config& config, NodeOptions& options) {
  const auto genesis = config.find("genesis");
  const auto network = config.find("network");
  const int given = (config.flag("dev") ? 1 : 0) + (genesis ? 1 : 0) + (network ? 1 : 0);
  if (given != 1) {
    throw shell::StartUpFailure(shell::ExitCode::kUsage,
                                std::string(given == 0 ? "which network?" : "one network at a time:") +
                                    " give exactly one of --dev, --genesis FILE and --network ID");
  }
  if (network) {
    const auto id = NetworkId::from_hex(*network);
    if (!id) config.refuse("network", "a network id has 64 hexadecimal digits");
    options.network = *id;
    return;
  }
  if (genesis) {
    auto spec = chain::parse_chain_spec(read_spec_file(config, *genesis));
    if (!spec) {
      throw shell::StartUpFailure(shell::ExitCode::kConfiguration,
                                  *genesis + " is no chain specification: " + spec.error().message());
    }
    options.spec = std::move(*spec);
  } else {
    options.spec = chain::dev_chain_spec();
  }
  options.network = chain::network_id(*options.spec);
}

}  // namespace

shell::ProgramSpec program_spec() {
  return {
      .name = "peer-node",
      .summary = "Keeps the chain of one Suara network: finds peers, syncs, mines, answers over HTTP.",
      .version = std::string(kVersion),
      .options =
          {
              {"Network (one of them)", "dev", "", "the built-in throwaway network"},
              {"Network (one of them)", "genesis", "FILE", "the network of this chain specification"},
              {"Network (one of them)", "network", "ID", "the network with this id; a peer sends its specification"},
              {"Peers", "listen", "HOST:PORT", "where peers connect", "0.0.0.0:3000"},
              {"Peers", "advertise", "HOST:PORT",
               "the address that others dial; without it the listening address, or for 0.0.0.0 the address this "
               "machine "
               "reaches its first bootstrap server from"},
              {"Peers", "bootstrap", "HOST:PORT", "a bootstrap server", std::nullopt, true},
              {"Peers", "peer", "HOST:PORT", "a peer to stay connected to", std::nullopt, true},
              {"Peers", "discovery", "WAYS",
               "how peers are found, any of these with commas between them, or `none`: `push` (bootstrap servers tell "
               "who joins), `poll` (they are asked now and then), `announce` (a newcomer asks them once and introduces "
               "itself to whom it finds), `gossip` (peers tell each other); a node registers whatever is said here",
               "push,poll,announce,gossip"},
              {"Chain", "data-dir", "FOLDER", "database, node key and console keys", "suara-peer"},
              {"Chain", "minimum-work", "NUMBER",
               "follow no chain with less accumulated work, and keep none of its headers: the `work` that a node you "
               "trust has in its status",
               "0"},
              {"Chain", "show-key", "",
               "print the node's public key, which a specification lists under `miners`, and end; made if there is "
               "none"},
              {"Chain", "mine", "", "mine blocks"},
              {"Chain", "mine-mode", "pending|always",
               "mine when transactions wait (and one empty block a heartbeat), or always", "pending"},
              {"Chain", "mine-threads", "N", "mining threads", "1"},
              {"Database", "check", "",
               "look through the whole database, say what is wrong with it and end: 0 when nothing is, 1 otherwise; "
               "nothing is changed, and no node may be running on it"},
              {"Database", "repair", "",
               "look through the whole database first; a damaged one is set aside in its folder, nothing is deleted, "
               "and the chain is fetched from peers again"},
              {"Interfaces", "http", "HOST:PORT", "where the HTTP interface listens, or `off`", "127.0.0.1:3080"},
              {"Interfaces", "console", "", "take commands from standard input"},
          },
      .see_also = {"admin-client(1)", "bootstrap-server(8)", "vote-client(1)"}};
}

NodeOptions read_node_options(const shell::Config& config) {
  NodeOptions options;
  read_network(config, options);
  options.listen = config.address("listen");
  if (config.find("advertise")) options.advertise = config.address("advertise");
  options.bootstrap = config.addresses("bootstrap");
  options.static_peers = config.addresses("peer");
  const auto discovery = p2p::parse_discovery(config.text("discovery"));
  if (!discovery) config.refuse("discovery", discovery.error().message());
  options.discovery = *discovery;
  const auto work = chain::parse_work(config.text("minimum-work"));
  if (!work) config.refuse("minimum-work", "a whole number below 2^256 in decimal digits, as `work` in the status is");
  options.minimum_work = *work;
  options.data_folder = config.text("data-dir");
  if (config.text("http") != "off") options.http = config.address("http");
  const std::string mode = config.one_of("mine-mode", {"pending", "always"});
  if (config.flag("mine")) {
    options.mining = mode == "always" ? node::MiningMode::kAlways : node::MiningMode::kPending;
  }
  options.mining_threads = static_cast<std::size_t>(config.number("mine-threads", 1, kMaxMiningThreads));
  options.console = config.flag("console");
  options.check = config.flag("check");
  options.repair = config.flag("repair");
  if (options.check && options.repair) {
    throw shell::StartUpFailure(shell::ExitCode::kUsage, "--check only looks, --repair changes: give one of them");
  }
  return options;
}

}  // namespace suara::node_shell
