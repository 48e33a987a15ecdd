#include "peer-node/node/peer_finding.hpp"

#include <algorithm>
#include <utility>

namespace suara::node {

namespace {

// Whoever tells of addresses: by where it is, not by what it says.
p2p::NetGroup network_of(const p2p::Peer& peer) { return p2p::NetGroup(peer.remote_host); }

// To register, or to ask them something.
bool has_use_for_servers(const Options& options) { return options.advertise || options.discovery.asks_servers(); }

}  // namespace

PeerFinding::PeerFinding(Context& context)
    : context_(context),
      servers_(has_use_for_servers(context.options) ? std::span<const wire::Address>(context.options.bootstrap)
                                                    : std::span<const wire::Address>(),
               [&context](const wire::Address& server, p2p::BootstrapClient::Standing standing) {
                 const Options& options = context.options;
                 return p2p::BootstrapClient(server,
                                             {.network = context.network,
                                              .key = options.node_key,
                                              .own = options.advertise,
                                              .status = [&context](Now) { return context.status(); },
                                              .ways = options.discovery,
                                              .has_peers = [&context] { return context.peers.ready() > 0; }},
                                             standing);
               }),
      manager_(context.options.static_peers, context.options.advertise, context.options.max_outbound) {
  for (const wire::Address& server : context.options.bootstrap) bootstrap_hosts_.insert(server.host);
  if (has_use_for_servers(context.options)) servers_.load(context.overlay);
  book_.load(context.overlay, context.now, context.rng);
}

void PeerFinding::start() {
  started_ = true;
  look_for_peers_ = true;
}

// -- dialing -----------------------------------------------------------------------------------------------------

std::optional<p2p::ConnectionManager::Attempt> PeerFinding::dialed(const Dialed& event) {
  if (p2p::BootstrapClient* client = servers_.dialing(event.dial)) {
    if (bootstrap_hosts_.contains(client->server().host)) bootstrap_hosts_.insert(event.remote_host);
    client->connected(event.connection, context_.now, context_.rng, context_.out);
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
  if (p2p::BootstrapClient* client = servers_.dialing(event.dial)) {
    return client->dial_failed(event.error, context_.now, context_.rng, context_.out);
  }
  if (const auto attempt = manager_.ended(event.dial)) {
    manager_.failed(*attempt, context_.now, book_, context_.rng, context_.peers.ready() > 0);
    context_.out.report(Severity::kDebug, "cannot reach " + attempt->address.text() + ": " + event.error.message());
  }
  look_for_peers_ = true;
}

void PeerFinding::dial_bootstrap_servers() {
  for (p2p::BootstrapClient& client : servers_.all()) {
    if (!client.wants_dial(context_.now.instant)) continue;
    const DialId dial{next_dial_++};
    client.began(dial);
    context_.out.add(Dial{dial, client.server()});
  }
}

std::optional<DialId> PeerFinding::connect(const wire::Address& address) {
  if (manager_.is_own(address)) return std::nullopt;
  const DialId dial{next_dial_++};
  manager_.began(dial, {address, true});
  context_.out.add(Dial{dial, address});
  return dial;
}

void PeerFinding::leave_alone(p2p::Peer& peer) {
  peer.excused = true;
  // What it says of itself may be somebody else's address.
  if (const auto address = peer.dialed ? peer.dialed : peer.address()) {
    manager_.is_duplicate(*address, context_.now, book_);
  }
}

bool PeerFinding::unwelcome(const p2p::ConnectionManager::Attempt& attempt) const {
  if (context_.bans.of_host(attempt.address.host, context_.now.wall) != nullptr) return true;
  if (attempt.is_static) return false;
  const auto host = p2p::Discouragement::subject_of(attempt.address.host);
  return host && context_.discouragement.discourages(*host, context_.now.instant);
}

void PeerFinding::dial_peers() {
  look_for_peers_ = false;
  bool others = true;
  while (std::exchange(others, false)) {
    for (const auto& attempt : manager_.due(context_.now, context_.peers, book_, context_.rng)) {
      if (unwelcome(attempt)) {
        if (attempt.is_feeler) manager_.failed(attempt, context_.now, book_, context_.rng);  // it makes place
        manager_.is_duplicate(attempt.address, context_.now, book_);  // not due any more: this comes to an end
        others = true;
        continue;
      }
      const DialId dial{next_dial_++};
      manager_.began(dial, attempt);
      context_.out.add(Dial{dial, attempt.address});
    }
  }
}

// -- bootstrap servers -------------------------------------------------------------------------------------------

bool PeerFinding::line(ConnectionId connection, std::string_view line) {
  p2p::BootstrapClient* client = servers_.connected(connection);
  if (client == nullptr) return false;
  const p2p::Found found = client->line(line, context_.now, context_.rng, context_.out);
  learn(found.joined, p2p::NetGroup(client->server().host));
  for (const wire::Address& address : found.left) forget(address);
  learn_servers(*client, found);
  return true;
}

void PeerFinding::learn_servers(const p2p::BootstrapClient& teller, const p2p::Found& found) {
  if (found.registered) servers_.answered(teller, context_.now);
  for (const wire::Address& server : servers_.learn(found.others, context_.now)) {
    context_.out.report(Severity::kInfo,
                        "bootstrap server " + teller.server().text() + " names another: " + server.text());
  }
}

bool PeerFinding::disconnected(ConnectionId connection, const Error& reason) {
  p2p::BootstrapClient* client = servers_.connected(connection);
  if (client == nullptr) return false;
  client->disconnected(reason, context_.now, context_.rng, context_.out);
  return true;
}

void PeerFinding::notice(const std::string& remote_host, const wire::Address& address, bool joined) {
  if (!context_.options.discovery.push || !is_bootstrap_host(remote_host)) return;
  if (joined) {
    learn({&address, 1}, p2p::NetGroup(remote_host));
  } else {
    forget(address);
  }
}

std::vector<BootstrapInfo> PeerFinding::bootstrap() const {
  std::vector<BootstrapInfo> list;
  for (const p2p::BootstrapClient& client : servers_.all()) {
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
  if (!context_.options.discovery.gossip) return;
  const Instant now = context_.now.instant;
  if (peer.peers_answered_at && *peer.peers_answered_at + p2p::kPeersAnswerInterval > now) return;
  peer.peers_answered_at = now;
  context_.out.send(peer.connection,
                    wire::peer::Peers{book_.sample(p2p::kMaxAddressesAnswered, context_.now, context_.rng)});
}

void PeerFinding::peers_told(p2p::Peer& peer, const std::vector<wire::Address>& addresses) {
  if (!context_.options.discovery.gossip) return;
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
  const p2p::Discovery& ways = context_.options.discovery;
  if (listen && ways.announce && peer.addresses.take(1, context_.now.instant) == 1) {
    const auto news = learn({&*listen, 1}, network_of(peer));
    if (ways.gossip) gossip(news, peer.connection);
  }
  if (book_.to_test()) look_for_peers_ = true;
  if (peer.inbound() || !ways.gossip) return;
  context_.out.send(peer.connection, wire::peer::GetPeers{});
  // Gossip about ourselves: the other may not heed what a hello says.
  if (context_.options.advertise) context_.out.send(peer.connection, wire::peer::Peers{{*context_.options.advertise}});
}

void PeerFinding::answered(p2p::Peer& peer) {
  peer.excused = true;
  manager_.succeeded({*peer.dialed, false, true}, context_.now, book_);
}

void PeerFinding::gone(const p2p::Peer& peer) {
  look_for_peers_ = true;
  if (!peer.dialed || peer.excused) return;
  const p2p::ConnectionManager::Attempt attempt{*peer.dialed, peer.is_static};
  if (peer.ready && !peer.misbehaved) {
    manager_.lost(attempt, context_.now.instant - peer.connected_at, context_.now, book_, context_.rng);
    return;
  }
  manager_.failed(attempt, context_.now, book_, context_.rng);
  if (context_.is_discouraged(peer) || context_.is_banned(peer)) {
    book_.postpone(*peer.dialed, context_.now, p2p::kDiscouragedFor);
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
  for (p2p::BootstrapClient& client : servers_.all()) client.tick(context_.now, context_.rng, context_.out);
  for (const wire::Address& server : servers_.give_up(context_.now)) {
    context_.out.report(Severity::kInfo, "bootstrap server " + server.text() + " has not answered for long; forgotten");
  }
  if (!context_.stopping) {
    dial_bootstrap_servers();
    const auto due = manager_.deadline(look_from_, context_.peers, book_);
    if (look_for_peers_ || (due && *due <= context_.now.instant)) {
      dial_peers();
      look_from_ = context_.now.instant;
    }
  }
  const auto flush = book_.flush_deadline();
  if (servers_.has_changes() || (flush && *flush <= context_.now.instant)) save();
}

void PeerFinding::save() {
  store::WriteBatch batch = servers_.flush();
  batch.append(book_.flush());
  context_.commit(std::move(batch));
}

std::optional<Instant> PeerFinding::deadline() const {
  if (!started_) return std::nullopt;
  std::optional<Instant> next = book_.flush_deadline();
  const auto consider = [&](std::optional<Instant> instant) {
    if (instant && (!next || *instant < *next)) next = instant;
  };
  for (const p2p::BootstrapClient& client : servers_.all()) consider(client.deadline());
  if (!context_.stopping) consider(manager_.deadline(look_from_, context_.peers, book_));
  return next;
}

void PeerFinding::shut_down() {
  for (p2p::BootstrapClient& client : servers_.all()) client.shut_down(context_.now, context_.out);
}

bool PeerFinding::removals_pending() const {
  return std::ranges::any_of(servers_.all(),
                             [](const p2p::BootstrapClient& client) { return client.removal_pending(); });
}

void PeerFinding::finish() {
  for (const p2p::BootstrapClient& client : servers_.all()) {
    if (client.connection()) context_.out.close(*client.connection(), "shutting down");
  }
  save();
}

}  // namespace suara::node
