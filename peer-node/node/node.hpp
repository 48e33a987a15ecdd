// The node's state machine: routes events to peers, sync, mempool, mining and discovery, and gathers their actions.
// Pure: reads through a StoreView, writes and talks by actions. A new tip is announced, its header and block handed
// out, and a submitted transaction answered, only after the write it rests on is `Stored`. Transactions are passed on
// at once, which promises nothing but that somebody signed them.
#pragma once

#include "common/store/overlay.hpp"
#include "common/util/rng.hpp"
#include "common/util/time.hpp"
#include "peer-node/chain/chain_state.hpp"
#include "peer-node/mempool/mempool.hpp"
#include "peer-node/mining/mining_policy.hpp"
#include "peer-node/node/actions.hpp"
#include "peer-node/node/events.hpp"
#include "peer-node/node/meter.hpp"
#include "peer-node/node/progress.hpp"
#include "peer-node/p2p/ban_list.hpp"
#include "peer-node/p2p/discovery.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace suara::node {

using mining::MiningMode;

struct Options {
  std::optional<chain::ChainSpec> spec;    ///< or:
  std::optional<NetworkId> network;        ///< fetch the specification from a peer and check its hash
  PrivateKey node_key;                     ///< proves identity in hello
  std::optional<wire::Address> advertise;  ///< what peers dial; none: not listening, nothing is registered
  std::vector<wire::Address> bootstrap;
  std::vector<wire::Address> static_peers;
  p2p::Discovery discovery = {};
  std::optional<PublicKey> admin_key = {};  ///< whose commands are obeyed; none: nobody's
  MiningMode mining = MiningMode::kOff;
  std::string agent;  ///< "suara/0.1.0"
  std::size_t max_outbound = 8;
  std::size_t max_inbound = 64;
  chain::Uint256 minimum_work = 0;  ///< accumulated; a chain with less is not followed, and its headers not kept
};

struct PeerInfo {
  ConnectionId connection;
  std::string address;  ///< advertised, or the remote one
  bool inbound = false;
  std::uint64_t height = 0;
  std::string agent;
  std::string node_key_hex;
  Instant connected_at;
  std::optional<Instant::duration> ping;  ///< the latest; none: not measured yet
};

struct BootstrapInfo {
  std::string address;
  std::string state;  ///< "connecting" | "registered" | "listening" | "unreachable"
};

class Node {
 public:
  /// `store` and `rng` outlive the node. Errors: NodeError kOtherNetwork, when the store belongs to another network;
  /// kNotAMiner, when told to mine where its key is not listed. A node that learns only later, from a peer's
  /// specification, that its key is not listed reports that as an error and does not mine.
  static Result<std::unique_ptr<Node>> open(Options options, const store::StoreView& store, Rng& rng, Now now);
  ~Node();

  std::vector<Action> handle(Event event, Now now);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  // -- read-only, for the API, the console and the checkers --

  /// nullptr until the specification is known (`--network` only).
  [[nodiscard]] const chain::ChainState* chain() const;
  [[nodiscard]] const mempool::Mempool* mempool() const;
  /// What the store holds and what is on its way there: a crash may take back what was shown of the latter.
  [[nodiscard]] const store::StoreView& view() const;
  [[nodiscard]] std::vector<PeerInfo> peers() const;
  [[nodiscard]] bool synced() const;  ///< no peer is known to have more work, and the minimum is reached
  [[nodiscard]] Progress progress() const;
  [[nodiscard]] std::vector<BootstrapInfo> bootstrap() const;
  /// In force at this time.
  [[nodiscard]] std::vector<p2p::Ban> bans(WallTime now) const;
  /// How far the clock of the outbound peers' median is ahead of ours; nullopt with fewer than kMinClocks of them.
  [[nodiscard]] std::optional<std::chrono::milliseconds> clock_offset(Now now) const;
  /// Why a transaction was refused lately, if it was.
  [[nodiscard]] std::optional<Error> why_refused(const ledger::TransactionId& id) const;
  [[nodiscard]] Meter meter() const;
  [[nodiscard]] std::size_t signature_checks_waiting() const;
  /// Things kept on behalf of connections: none are left when all have gone.
  [[nodiscard]] std::size_t footprint() const;
  /// Memory of headers whose chains lack work and are only counted: at most sync::kMaxLowWorkSizeBytes for each peer.
  [[nodiscard]] std::size_t low_work_size_bytes() const;

 private:
  struct State;
  explicit Node(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace suara::node
