// A small world built by hand, for tests that say exactly when something happens and why then: every message takes
// kLatency, disks and signature checks take no time, blocks come when a miner is drawn one. Nodes, bootstrap servers
// and scripted peers are machines on it; a wiretap sees every message.
#pragma once

#include "peer-node/chain/chain_spec.hpp"
#include "tests/sim/directory_host.hpp"
#include "tests/sim/node_host.hpp"
#include "tests/sim/scenes/scripted_peer.hpp"
#include "tests/sim/scenes/wiretap.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace suara::sim {

class Scene {
 public:
  static constexpr Duration kLatency{std::chrono::milliseconds(10)};
  static constexpr std::uint16_t kPeerPort = 3000;
  static constexpr std::uint16_t kDirectoryPort = 4000;
  /// All scenes' drawings come of it: which miner is lucky, whom to dial first.
  static constexpr std::uint64_t kSeed = 1;

  Scene();

  /// 10.0.1.`number`: a private network, of which any number may be connected.
  static wire::Address address(unsigned number);
  /// A node that listens there, does not mine, and keeps connected to those it knows.
  [[nodiscard]] node::Options options(unsigned number, const std::vector<unsigned>& knows = {}) const;

  /// Starts a node whose disk holds these blocks; if it mines, it needs `mean_mining` for a block.
  NodeHost& start(node::Options options, const std::vector<chain::Block>& blocks = {},
                  Duration mean_mining = std::chrono::seconds(10));
  /// Starts a machine that follows a script; it listens at address(number).
  ScriptedPeer& play(unsigned number, Conduct conduct);
  /// The same at another address; nobody can dial it unless it has a port.
  ScriptedPeer& play(const std::string& ip, std::optional<std::uint16_t> port, Conduct conduct);
  /// Starts a bootstrap server at 10.0.0.`number`.
  DirectoryHost& serve_directory(unsigned number);
  static wire::Address directory(unsigned number);

  /// `count` empty blocks on genesis, or on the last of `below`; `branch` tells chains of the same height apart.
  [[nodiscard]] std::vector<chain::Block> chain_of(std::size_t count, const std::vector<chain::Block>& below = {},
                                                   std::uint64_t branch = 0) const;
  /// The blocks of a node's chain, from height 1.
  [[nodiscard]] static std::vector<chain::Block> chain_of(const NodeHost& host);

  /// Runs until the condition holds; false when it does not within this much virtual time.
  bool until(const std::function<bool()>& holds, Duration patience = std::chrono::minutes(5));
  void run(Duration time) { environment.scheduler.run_for(time); }
  /// Nothing passes between these any more, in both directions; and does again.
  void cut(const LineHost& left, const LineHost& right);
  void heal() { environment.network.heal_all(); }

  [[nodiscard]] Instant now() const { return environment.scheduler.now(); }

  chain::ChainSpec spec;  ///< not to be changed once a host is on
  Environment environment;
  Wiretap wire;

 private:
  std::vector<std::unique_ptr<LineHost>> hosts_;
};

/// Its tip, while it is up.
[[nodiscard]] const chain::ChainPoint& tip_of(const NodeHost& host);
/// Whether these are all up and connected, directly or through one another.
[[nodiscard]] bool are_one_network(const std::vector<NodeHost*>& hosts);
/// Whether all have this one's tip.
[[nodiscard]] bool agree(const std::vector<NodeHost*>& hosts);
/// When its log first said something with this text.
[[nodiscard]] std::optional<Instant> said_at(const NodeHost& host, const std::string& text);

}  // namespace suara::sim
