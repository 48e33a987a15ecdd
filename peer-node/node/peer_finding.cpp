#include "peer-node/node/peer_finding.hpp"

#include <algorithm>

namespace suara::node {

namespace {

// Whoever tells of addresses: by where it is, not by what it says.
p2p::NetGroup network_of(const p2p::Peer& peer) {
  if (peer.group) return *peer.group;
  const auto remote = wire::parse_address(peer.remote);
  return p2p::NetGroup(remote ? remote->host : peer.remote);
}

}  // namespace

PeerFinding::PeerFinding(Context& context)
    : context_(context),
      manager_(context.options.static_peers, context.options.advertise, context.options.max_outbound) {
  for (const wire::Address& server : context.options.bootstrap) {
    clients_.emplace_back(server, context.network, context.options.node_key, context.options.advertise,
                          [&context](Now) { return context.status(); });
    bootstrap_hosts_.insert(server.host);
  }
  book_.load(context.overlay, context.now, context.rng);
}

void PeerFinding::start() {
  started_ = true;
  look_for_peers_ = true;
}

// -- dialing -----------------------------------------------------------------------------------------------------

std::optional<p2p::ConnectionManager::Attempt> PeerFinding::dialed(const Dialed& event) {
  for (p2p::BootstrapClient& client : clients_) {
    if (client.dial() != event.dial) continue;
    bootstrap_hosts_.insert(event.remote_host);
    client.connected(event.connection, context_.now, context_.rng, context_.out);
    return std::nullopt;
  }
  look_for_peers_ = true;
  auto attempt = manager_.ended(event.dial);
  if (!attempt) return std::nullopt;
  const p2p::NetGroup group(event.remote_host);
  if (!p2p::ConnectionManager::is_crowded(*attempt, group, context_.peers)) return attempt;
  manager_.is_duplicate(attempt->address, context_.now, book_);
  context_.out.close(event.connection, "another connection leads into " + group.text());
  return std::nullopt;
}

void PeerFinding::dial_failed(const DialFailed& event) {
  for (p2p::BootstrapClient& client : clients_) {
    if (client.dial() == event.dial) client.dial_failed(event.error, context_.now, context_.rng, context_.out);
  }
  if (const auto attempt = manager_.ended(event.dial)) {
    manager_.failed(*attempt, context_.now, book_, context_.rng);
    context_.out.report(Severity::kDebug, "cannot reach " + attempt->address.text() + ": " + event.error.message());
  }
  look_for_peers_ = true;
}

void PeerFinding::dial_bootstrap_servers() {
  for (p2p::BootstrapClient& client : clients_) {
    if (!client.wants_dial(context_.now.instant)) continue;
    const DialId dial{next_dial_++};
    client.began(dial);
    context_.out.add(Dial{dial, client.server()});
  }
}

bool PeerFinding::unwelcome(const wire::Address& address) const {
  const auto host = p2p::Discouragement::subject_of(address.host);
  return host && context_.discouragement.discourages(*host, context_.now.instant);
}

void PeerFinding::dial_peers() {
  look_for_peers_ = false;
  for (const auto& attempt : manager_.due(context_.now, context_.peers, book_, context_.rng)) {
    if (!attempt.is_static && unwelcome(attempt.address)) {
      book_.postpone(attempt.address, context_.now, p2p::kDiscouragedFor);
      look_for_peers_ = true;
      continue;
    }
    const DialId dial{next_dial_++};
    manager_.began(dial, attempt);
    context_.out.add(Dial{dial, attempt.address});
  }
}

// -- bootstrap servers -------------------------------------------------------------------------------------------

p2p::BootstrapClient* PeerFinding::client_of(ConnectionId connection) {
  const auto found = std::ranges::find_if(
      clients_, [&](const p2p::BootstrapClient& client) { return client.connection() == connection; });
  return found == clients_.end() ? nullptr : &*found;
}

bool PeerFinding::line(ConnectionId connection, std::string_view line) {
  p2p::BootstrapClient* client = client_of(connection);
  if (client == nullptr) return false;
  const p2p::Found found = client->line(line, context_.now, context_.rng, context_.out);
  learn(found.joined, p2p::NetGroup(client->server().host));
  for (const wire::Address& address : found.left) forget(address);
  return true;
}

bool PeerFinding::disconnected(ConnectionId connection, const Error& reason) {
  p2p::BootstrapClient* client = client_of(connection);
  if (client == nullptr) return false;
  client->disconnected(reason, context_.now, context_.rng, context_.out);
  return true;
}

void PeerFinding::notice(const std::string& remote_host, const wire::Address& address, bool joined) {
  if (!is_bootstrap_host(remote_host)) return;
  if (joined) {
    learn({&address, 1}, p2p::NetGroup(remote_host));
  } else {
    forget(address);
  }
}

std::vector<BootstrapInfo> PeerFinding::bootstrap() const {
  std::vector<BootstrapInfo> list;
  for (const p2p::BootstrapClient& client : clients_) {
    const bool reachable = client.state() == p2p::BootstrapClient::State::kReachable;
    std::string state = client.registered() ? "registered" : reachable ? "listening" : "connecting";
    if (client.state() == p2p::BootstrapClient::State::kUnreachable) state = "unreachable";
    list.push_back({client.server().text(), std::move(state)});
  }
  return list;
}

// -- what is learned of addresses --------------------------------------------------------------------------------

std::vector<wire::Address> PeerFinding::learn(std::span<const wire::Address> addresses, const p2p::NetGroup& source) {
  std::vector<wire::Address> news;
  for (const wire::Address& address : addresses) {
    if (!manager_.is_own(address) && book_.add(address, source, context_.now)) news.push_back(address);
  }
  if (!news.empty()) look_for_peers_ = true;
  return news;
}

void PeerFinding::forget(const wire::Address& address) {
  // Somebody said so; a connection knows better.
  if (!context_.peers.connected_to(address)) book_.said_to_have_left(address, context_.now);
}

void PeerFinding::peers_asked(p2p::Peer& peer) {
  const Instant now = context_.now.instant;
  if (peer.peers_answered_at && *peer.peers_answered_at + p2p::kPeersAnswerInterval > now) return;
  peer.peers_answered_at = now;
  context_.out.send(peer.connection,
                    wire::peer::Peers{book_.sample(p2p::kMaxAddressesAnswered, context_.now, context_.rng)});
}

void PeerFinding::peers_told(p2p::Peer& peer, const std::vector<wire::Address>& addresses) {
  const std::size_t heeded = peer.addresses.take(addresses.size(), context_.now.instant);
  // Only what was taken on goes on: what finds no place would otherwise be news each time it comes round.
  const auto news = learn(std::span(addresses).first(heeded), network_of(peer));
  if (addresses.size() <= p2p::kMaxGossipAddresses) gossip(news, peer.connection);
}

void PeerFinding::gossip(const std::vector<wire::Address>& news, ConnectionId except) {
  if (news.empty()) return;
  std::vector<ConnectionId> others;
  for (const auto& [connection, peer] : context_.peers.all()) {
    if (peer.ready && !peer.closing && connection != except) others.push_back(connection);
  }
  for (std::size_t i = 0; i < std::min(others.size(), p2p::kGossipFanOut); ++i) {
    std::swap(others[i], others[i + context_.rng.below(others.size() - i)]);
    context_.out.send(others[i], wire::peer::Peers{news});
  }
}

// -- how connections fare ----------------------------------------------------------------------------------------

void PeerFinding::ready(p2p::Peer& peer) {
  if (peer.dialed) manager_.succeeded({*peer.dialed, peer.is_static}, context_.now, book_);
  const auto& listen = peer.handshake.theirs()->listen;
  if (listen) gossip(learn({&*listen, 1}, network_of(peer)), peer.connection);
  if (book_.to_test()) look_for_peers_ = true;
  if (!peer.inbound()) context_.out.send(peer.connection, wire::peer::GetPeers{});
}

void PeerFinding::answered(p2p::Peer& peer) {
  peer.excused = true;
  manager_.succeeded({*peer.dialed, false, true}, context_.now, book_);
}

void PeerFinding::gone(const p2p::Peer& peer) {
  look_for_peers_ = true;
  if (peer.dialed && !peer.excused && (!peer.ready || peer.misbehaved)) {
    manager_.failed({*peer.dialed, peer.is_static}, context_.now, book_, context_.rng);
    if (context_.is_discouraged(peer)) book_.postpone(*peer.dialed, context_.now, p2p::kDiscouragedFor);
  }
}

void PeerFinding::is_self(p2p::Peer& peer) {
  peer.excused = true;
  if (!peer.dialed) return;
  manager_.is_self(*peer.dialed);
  book_.forget(*peer.dialed, context_.now);
}

void PeerFinding::is_duplicate(p2p::Peer& peer) {
  peer.excused = true;
  if (peer.dialed) manager_.is_duplicate(*peer.dialed, context_.now, book_);
}

// -- time --------------------------------------------------------------------------------------------------------

void PeerFinding::drive() {
  if (!started_) return;
  for (p2p::BootstrapClient& client : clients_) client.tick(context_.now, context_.rng, context_.out);
  if (!context_.stopping) {
    dial_bootstrap_servers();
    const auto due = manager_.deadline(look_from_, context_.peers, book_);
    if (look_for_peers_ || (due && *due <= context_.now.instant)) {
      dial_peers();
      look_from_ = context_.now.instant;
    }
  }
  const auto flush = book_.flush_deadline();
  if (flush && *flush <= context_.now.instant) context_.commit(book_.flush());
}

std::optional<Instant> PeerFinding::deadline() const {
  if (!started_) return std::nullopt;
  std::optional<Instant> next = book_.flush_deadline();
  const auto consider = [&](std::optional<Instant> instant) {
    if (instant && (!next || *instant < *next)) next = instant;
  };
  for (const p2p::BootstrapClient& client : clients_) consider(client.deadline());
  if (!context_.stopping) consider(manager_.deadline(look_from_, context_.peers, book_));
  return next;
}

void PeerFinding::shut_down() {
  for (p2p::BootstrapClient& client : clients_) client.shut_down(context_.now, context_.out);
}

bool PeerFinding::removals_pending() const {
  return std::ranges::any_of(clients_, [](const p2p::BootstrapClient& client) { return client.removal_pending(); });
}

void PeerFinding::finish() {
  for (const p2p::BootstrapClient& client : clients_) {
    if (client.connection()) context_.out.close(*client.connection(), "shutting down");
  }
  context_.commit(book_.flush());
}

}  // namespace suara::node
