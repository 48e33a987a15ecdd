// What `peer-node` is told to be, from its options table.
#pragma once

#include "common/shell/config.hpp"
#include "common/wire/address.hpp"
#include "peer-node/chain/chain_spec.hpp"
#include "peer-node/node/node.hpp"

#include <optional>
#include <string>
#include <vector>

namespace suara::node_shell {

struct NodeOptions {
  std::optional<chain::ChainSpec> spec;  ///< or:
  NetworkId network;                     ///< always set
  wire::Address listen;                  ///< port 0 takes a free one
  std::optional<wire::Address> advertise;
  std::vector<wire::Address> bootstrap;
  std::vector<wire::Address> static_peers;
  p2p::Discovery discovery;
  std::string data_folder;
  std::optional<wire::Address> http;  ///< none: no HTTP
  node::MiningMode mining = node::MiningMode::kOff;
  std::size_t mining_threads = 1;
  chain::Uint256 minimum_work = 0;
  bool console = false;
  bool check = false;   ///< look through the database and end
  bool repair = false;  ///< look through it first, and set it aside if it is damaged
};

inline constexpr std::string_view kVersion = SUARA_VERSION;

shell::ProgramSpec program_spec();

/// Throws shell::StartUpFailure for values that do not fit.
NodeOptions read_node_options(const shell::Config& config);

}  // namespace suara::node_shell
