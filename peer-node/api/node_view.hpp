// What the interface may look at: the node's read-only side, and the few facts only the shell knows. Made for one
// request; nothing in it outlives the call.
#pragma once

#include "common/store/store_view.hpp"
#include "common/util/time.hpp"
#include "peer-node/node/node.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suara::api {

class TreeCache;

struct Facts {
  std::string version;
  NetworkId network;
  std::string node_key_hex;
  std::string listen;     ///< host:port as bound; empty: not listening
  std::string advertise;  ///< empty: nobody can dial this node
  node::MiningMode mining = node::MiningMode::kOff;
  std::size_t mining_threads = 0;
  double hashes_per_second = 0;
  Instant started_at;
};

struct NodeView {
  const chain::ChainState* chain = nullptr;   ///< nullptr until the specification is known and on disk
  const mempool::Mempool* mempool = nullptr;  ///< likewise
  const store::StoreView* store = nullptr;    ///< never nullptr; what is durable, as it was at one moment
  const store::StoreView* ahead = nullptr;    ///< never nullptr; with what is on its way there, for what waits
  chain::ChainPoint tip;                      ///< of `store`, when there is a chain
  std::vector<node::PeerInfo> peers;
  std::vector<node::BootstrapInfo> bootstrap;
  /// Those in force; asked for by the one route that tells them. Not set: none.
  std::function<std::vector<p2p::Ban>()> bans;
  node::ReorganisationAlarms alarms;
  std::optional<std::chrono::milliseconds> clock_offset;  ///< none: too few outbound peers to tell
  bool synced = false;
  node::Progress progress;
  /// Why a transaction was refused lately, if it was. Not set: nothing is remembered.
  std::function<std::optional<Error>(const ledger::TransactionId&)> why_refused;
  const Facts* facts = nullptr;  ///< never nullptr
  TreeCache* trees = nullptr;    ///< nullptr: none are kept from one question to the next
  Now now;
  std::unique_ptr<const store::StoreView> snapshot;  ///< what `store` points to, when it was taken for this view
};

/// "off", "pending", "always".
std::string_view name_of(node::MiningMode mode);

}  // namespace suara::api
