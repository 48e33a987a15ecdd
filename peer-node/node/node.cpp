#include "peer-node/node/node.hpp"

#include "common/util/check.hpp"
#include "common/util/hex.hpp"
#include "peer-node/node/admin_commands.hpp"
#include "peer-node/node/chain_sync.hpp"
#include "peer-node/node/clock_watch.hpp"
#include "peer-node/node/connections.hpp"
#include "peer-node/node/extra_peer.hpp"
#include "peer-node/node/mining_control.hpp"
#include "peer-node/node/node_error.hpp"
#include "peer-node/node/peer_finding.hpp"
#include "peer-node/node/serving.hpp"
#include "peer-node/node/spec_fetch.hpp"
#include "peer-node/node/sync_progress.hpp"
#include "peer-node/node/transaction_relay.hpp"

#include <algorithm>
#include <utility>

namespace suara::node {

struct Node::State {
  State(Options options, const store::StoreView& store, Rng& rng, Now now, NetworkId network)
      : context(std::move(options), store, rng, now, network) {}

  // -- events --
  void on(const Started&);
  void on(const Accepted& event) { connections.accepted(event); }
  void on(const Dialed& event);
  void on(const DialFailed& event);
  void on(const LineReceived& event);
  void on(const BadLine& event);
  void on(const Disconnected& event);
  void on(const Stored& event);
  void on(const Verified& event) { context.verification.verified(event.verify, event.all_hold); }
  void on(const Mined& event);
  void on(const NoncesExhausted& event);
  void on(const Submit& event) { relay.submit(event); }
  void on(const AdminCommand& event) { commands.command(event); }
  void on(const ShutdownRequested&);
  void on(const Tick&) { sync.do_deferred(); }

  // -- messages of a proven peer --
  void message(p2p::Peer& peer, const wire::peer::Message& message);
  void on(p2p::Peer& peer, const wire::peer::Hello&) { context.drop(peer, p2p::HandshakeError::kOutOfOrder); }
  void on(p2p::Peer& peer, const wire::peer::HelloProof&) { context.drop(peer, p2p::HandshakeError::kOutOfOrder); }
  void on(p2p::Peer& peer, const wire::peer::Bye& m) { context.part(peer, "it said bye: " + m.reason); }
  void on(p2p::Peer& peer, const wire::peer::ErrorMessage& m);
  void on(p2p::Peer& peer, const wire::peer::Ping& m) {
    context.out.send(peer.connection, wire::peer::Pong{m.nonce, to_unix_ms(context.now.wall)});
  }
  void on(p2p::Peer& peer, const wire::peer::Pong& m);
  void on(p2p::Peer& peer, const wire::peer::GetPeers&) { finding.peers_asked(peer); }
  void on(p2p::Peer& peer, const wire::peer::Peers& m) { finding.peers_told(peer, m.addresses); }
  void on(p2p::Peer& peer, const wire::peer::Announce& m);
  void on(p2p::Peer& peer, const wire::peer::GetHeaders& m) { serving.asked(peer, m); }
  void on(p2p::Peer& peer, const wire::peer::Headers& m) { sync.headers(peer, m); }
  void on(p2p::Peer& peer, const wire::peer::GetBlocks& m) { serving.asked(peer, m); }
  void on(p2p::Peer& peer, const wire::peer::BlockBody& m) { sync.block(peer, m); }
  void on(p2p::Peer& peer, const wire::peer::GetCompact& m) { serving.asked(peer, m); }
  void on(p2p::Peer& peer, const wire::peer::Compact& m) { sync.compact(peer, m); }
  void on(p2p::Peer& peer, const wire::peer::GetBlockTransactions& m) { serving.asked(peer, m); }
  void on(p2p::Peer& peer, const wire::peer::BlockTransactions& m) { sync.block_transactions(peer, m); }
  void on(p2p::Peer& peer, const wire::peer::GetTransactions& m) { serving.asked(peer, m); }
  void on(p2p::Peer& peer, const wire::peer::Transactions& m) { relay.received(peer, m); }
  void on(p2p::Peer& peer, const wire::peer::NotFound& m);
  void on(p2p::Peer& peer, const wire::peer::GetMempool&) { relay.mempool_asked(peer); }
  void on(p2p::Peer& peer, const wire::peer::GetSpec&) { serving.spec_asked(peer); }
  void on(p2p::Peer& peer, const wire::peer::Spec& m);
  void on(p2p::Peer& peer, const wire::peer::Unknown&) { ++peer.ignored; }

  /// Errors: kNotAMiner, when told to mine where nobody would take its blocks.
  [[nodiscard]] Result<void> may_mine(const chain::ChainSpec& spec) const;
  void open_chain(chain::ChainSpec spec);
  void tip_moved(const chain::ChainState::Step& step);
  /// What is due after any event; until nobody is disconnected any more.
  void drive();
  void release_dropped();
  void finish_shutdown();
  [[nodiscard]] bool synced() const { return sync.synced(); }

  Context context;
  PeerFinding finding{context};
  Connections connections{context, finding};
  AdminCommands commands{context, finding};
  ClockWatch clock{context};
  SpecFetch spec_fetch{context};
  MiningControl mining{context};
  TransactionRelay relay{context, [this] { mining.mempool_grew(); }};
  ChainSync sync{context, [this](const chain::ChainState::Step& step) { tip_moved(step); }};
  SyncProgress progress{context};
  ExtraPeer extra_peer{context, finding, sync};
  Serving serving{context};
  bool started = false;
  bool stopped = false;
  std::optional<Instant> removal_deadline;  // set while shutting down, until it is no longer waited for
};

// -- events ------------------------------------------------------------------------------------------------------

void Node::State::on(const Started&) {
  started = true;
  finding.start();
}

void Node::State::on(const Dialed& event) {
  connections.dialed(event);
  commands.dialed(event.dial, event.connection);
}

void Node::State::on(const DialFailed& event) {
  finding.dial_failed(event);
  commands.dial_failed(event.dial, event.error);
}

void Node::State::on(const LineReceived& event) {
  if (finding.line(event.connection, event.line)) return;
  if (connections.stranger(event.connection, event.line)) return;
  p2p::Peer* peer = context.peers.find(event.connection);
  if (peer == nullptr || peer->closing) return;
  peer->heard_at = context.now.instant;
  peer->pinged = false;
  const auto decoded = wire::peer::decode(event.line);
  if (!decoded) return context.drop(*peer, decoded.error());
  ++context.meter.received[decoded->index()];
  if (peer->ready) return message(*peer, *decoded);
  if (!connections.handshake(*peer, *decoded)) return;
  commands.ready(*peer);
  sync.add_peer(*peer);
}

void Node::State::on(const BadLine& event) { connections.bad_line(event); }

void Node::State::on(const Disconnected& event) {
  if (finding.disconnected(event.connection, event.reason)) return;
  connections.disconnected(event.connection);
  p2p::Peer* peer = context.peers.find(event.connection);
  if (peer == nullptr) return;
  if (!peer->closing) {
    peer->closing = true;
    peer->end_reason = event.reason.message();
    context.dropped.push_back(peer->connection);
    if (peer->ready) context.out.report(Severity::kInfo, "lost " + peer->name() + ": " + event.reason.message());
  }
  release_dropped();
  finding.gone(*peer);
  context.peers.erase(event.connection);
}

void Node::State::on(const Stored& event) {
  context.overlay.stored(event.token);
  sync.stored(event.token);
  relay.stored(event.token);
  commands.stored(event.token);
}

void Node::State::on(const Mined& event) {
  if (auto block = mining.mined(event)) sync.mined(chain::HashedBlock::of(*std::move(block)));
}

void Node::State::on(const NoncesExhausted& event) { mining.exhausted(event); }

void Node::State::on(const ShutdownRequested&) {
  if (context.stopping) return;
  context.stopping = true;
  removal_deadline = context.now.instant + p2p::kShutdownPatience;
  mining.drive(false);
  commands.shut_down();
  finding.shut_down();
  connections.shut_down();
}

// -- messages ----------------------------------------------------------------------------------------------------

void Node::State::message(p2p::Peer& peer, const wire::peer::Message& message) {
  std::visit([&](const auto& typed) { on(peer, typed); }, message);
}

void Node::State::on(p2p::Peer& peer, const wire::peer::ErrorMessage& m) { connections.refused_by(peer, m); }

void Node::State::on(p2p::Peer& peer, const wire::peer::Pong& m) {
  connections.pong(peer, m);
  serving.pong(peer, m.nonce);
}

void Node::State::on(p2p::Peer& peer, const wire::peer::Announce& m) {
  sync.announced(peer, m.blocks);
  relay.announced(peer, m.transactions);
}

void Node::State::on(p2p::Peer& peer, const wire::peer::NotFound& m) {
  sync.not_found(peer, m.blocks);
  relay.not_found(peer, m.transactions);
}

void Node::State::on(p2p::Peer& peer, const wire::peer::Spec& m) {
  auto spec = spec_fetch.take(peer, m);
  if (!spec) return;
  if (const auto allowed = may_mine(*spec); !allowed) {
    context.options.mining = MiningMode::kOff;
    context.out.report(Severity::kError, allowed.error().message());
  }
  open_chain(std::move(*spec));
}

// -- the chain ---------------------------------------------------------------------------------------------------

Result<void> Node::State::may_mine(const chain::ChainSpec& spec) const {
  const PublicKey& key = context.options.node_key.public_key();
  if (context.options.mining == MiningMode::kOff || !chain::lists_miners(spec)) return {};
  if (chain::is_listed_miner(spec, key)) return {};
  return Error(NodeError::kNotAMiner, to_hex(key.view()));
}

void Node::State::open_chain(chain::ChainSpec spec) {
  store::Draft draft(context.overlay);
  context.chain = std::make_unique<chain::ChainState>(chain::ChainState::open(std::move(spec), context.overlay, draft));
  context.commit(draft);
  context.mempool = std::make_unique<mempool::Mempool>(*context.chain, mempool::Limits{});
  store::Draft stale(context.overlay);
  context.journal.load(context.overlay, *context.mempool, context.now, stale);
  context.commit(stale);
}

void Node::State::tip_moved(const chain::ChainState::Step& step) {
  context.meter.moved(step, context.now.wall);
  relay.tip_moved(step);
  mining.tip_moved();
}

// -- after every event -------------------------------------------------------------------------------------------

void Node::State::release_dropped() {
  for (const ConnectionId connection : std::exchange(context.dropped, {})) {
    sync.remove_peer(connection);
    relay.remove_peer(connection);
    if (const p2p::Peer* peer = context.peers.find(connection)) commands.ended(*peer);
  }
}

void Node::State::drive() {
  do {
    release_dropped();
    connections.drive();
    spec_fetch.drive();
    sync.drive();
    if (started) extra_peer.drive();
    finding.drive();
    relay.drive(synced());
  } while (!context.dropped.empty());
  clock.drive();
  progress.drive(synced());
  if (started) mining.drive(synced() && sync.may_mine() && clock.may_mine());
  if (context.stopping && !stopped) finish_shutdown();
}

void Node::State::finish_shutdown() {
  if (removal_deadline) {
    if (finding.removals_pending() && context.now.instant < *removal_deadline) return;
    removal_deadline.reset();
    finding.finish();
  }
  if (context.overlay.batches_in_flight() > 0) return;
  stopped = true;
  context.out.add(Stop{});
}

// -- the node ----------------------------------------------------------------------------------------------------

Node::Node(std::unique_ptr<State> state) : state_(std::move(state)) {}
Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::open(Options options, const store::StoreView& store, Rng& rng, Now now) {
  CHECK(options.spec.has_value() || options.network.has_value());
  std::optional<chain::ChainSpec> spec = options.spec;
  const NetworkId network = spec ? chain::network_id(*spec) : *options.network;
  if (const auto stored = chain::stored_spec(store)) {
    if (const NetworkId held = chain::network_id(*stored); held != network) {
      return Error(NodeError::kOtherNetwork, "it holds network " + held.hex() + ", not " + network.hex());
    }
    spec = *stored;
  }
  auto state = std::make_unique<State>(std::move(options), store, rng, now, network);
  if (spec) {
    if (const auto allowed = state->may_mine(*spec); !allowed) return allowed.error();
    state->open_chain(std::move(*spec));
  }
  return std::unique_ptr<Node>(new Node(std::move(state)));
}

std::vector<Action> Node::handle(Event event, Now now) {
  State& state = *state_;
  if (state.stopped) return {};
  state.context.now = now;
  std::visit([&](const auto& typed) { state.on(typed); }, event);
  state.drive();
  return state.context.out.take();
}

std::optional<Instant> Node::next_deadline() const {
  const State& state = *state_;
  if (state.stopped) return std::nullopt;
  std::optional<Instant> next;
  const auto consider = [&](std::optional<Instant> instant) {
    if (instant && (!next || *instant < *next)) next = instant;
  };
  if (state.context.stopping) return state.removal_deadline;
  consider(state.connections.deadline());
  consider(state.finding.deadline());
  consider(state.spec_fetch.deadline());
  consider(state.sync.deadline());
  consider(state.progress.deadline());
  if (state.started) consider(state.extra_peer.deadline());
  consider(state.relay.deadline());
  if (state.started) consider(state.mining.deadline());
  return next;
}

const chain::ChainState* Node::chain() const { return state_->context.chain.get(); }
const mempool::Mempool* Node::mempool() const { return state_->context.mempool.get(); }
const store::StoreView& Node::view() const { return state_->context.overlay; }
bool Node::synced() const { return state_->synced(); }
Progress Node::progress() const { return state_->progress.now(); }
std::vector<BootstrapInfo> Node::bootstrap() const { return state_->finding.bootstrap(); }
std::optional<Error> Node::why_refused(const ledger::TransactionId& id) const { return state_->relay.why_refused(id); }

std::vector<p2p::Ban> Node::bans(WallTime now) const { return state_->context.bans.list(now); }
std::optional<std::chrono::milliseconds> Node::clock_offset(Now now) const {
  return clock_offset_of(state_->context.peers, now);
}

Meter Node::meter() const {
  Meter meter = state_->context.meter;
  meter.sent = state_->context.out.sent();
  meter.signature_checks = state_->context.verification.checked();
  return meter;
}

std::size_t Node::signature_checks_waiting() const { return state_->context.verification.pending_checks(); }

std::size_t Node::footprint() const {
  const State& state = *state_;
  return state.context.peers.all().size() + state.connections.strangers() + state.sync.peers() +
         state.relay.requested() + state.commands.waiting() + state.context.verification.pending_checks();
}

std::size_t Node::low_work_size_bytes() const { return state_->sync.low_work_size_bytes(); }

std::vector<PeerInfo> Node::peers() const {
  std::vector<PeerInfo> list;
  for (const auto& [connection, peer] : state_->context.peers.all()) {
    if (!peer.ready || peer.closing) continue;
    const wire::peer::Hello& hello = *peer.handshake.theirs();
    list.push_back({connection, peer.name(), peer.inbound(), peer.height, hello.agent, to_hex(hello.node_key.view()),
                    peer.connected_at, peer.ping.latest()});
  }
  return list;
}

}  // namespace suara::node
