#include "peer-node/node/connections.hpp"

#include "common/wire/dial_back.hpp"
#include "common/wire/limits.hpp"
#include "peer-node/chain/work.hpp"
#include "peer-node/classic/chain_view.hpp"
#include "peer-node/node/node_error.hpp"
#include "peer-node/p2p/eviction.hpp"

#include <algorithm>
#include <utility>

namespace suara::node {
namespace {

constexpr const char* kTooManyUnproven = "too many connections without a hello";

std::string host_of(const std::string& remote) { return remote.substr(0, remote.rfind(':')); }

}  // namespace

// -- coming and going --------------------------------------------------------------------------------------------

void Connections::accepted(const Accepted& event) {
  if (context_.stopping) return context_.out.close(event.connection, "shutting down");
  if (turn_away(event)) return;
  if (!make_room_for(wire::Address{event.remote_host, event.remote_port}.text())) {
    return context_.out.close(event.connection, kTooManyUnproven);
  }
  strangers_[event.connection] = {event.remote_host, event.remote_port, context_.now.instant};
}

bool Connections::turn_away(const Accepted& event) {
  if (context_.bans.of_host(event.remote_host, context_.now.wall) != nullptr) {
    context_.out.close(event.connection, Error(NodeError::kBanned).message());
    return true;
  }
  const auto host = p2p::Discouragement::subject_of(event.remote_host);
  if (!host || !context_.discouragement.discourages(*host, context_.now.instant)) return false;
  if (context_.is_static_host(event.remote_host) || finding_.is_bootstrap_host(event.remote_host)) return false;
  const Error why(NodeError::kDiscouraged);
  context_.out.close(event.connection, why.message());
  if (context_.discouragement.may_tell(*host, context_.now.instant)) {
    context_.out.report(Severity::kInfo, "turned away " + event.remote_host + ": " + why.message());
  }
  return true;
}

// One host's connections without a hello must not keep the others out.
bool Connections::make_room_for(const std::string& remote) {
  if (strangers_.size() + context_.peers.inbound_handshaking() < p2p::kMaxHandshaking) return true;
  std::map<std::string, std::vector<ConnectionId>> unproven;  // by host
  for (const auto& [connection, stranger] : strangers_) {
    unproven[host_of(wire::Address{stranger.host, stranger.port}.text())].push_back(connection);
  }
  for (const auto& [connection, peer] : context_.peers.all()) {
    if (!peer.inbound() || peer.ready || peer.closing) continue;
    unproven[host_of(peer.remote)].push_back(connection);
  }
  const auto most = std::ranges::max_element(unproven, {}, [](const auto& entry) { return entry.second.size(); });
  if (most->second.size() <= unproven[host_of(remote)].size() + 1) return false;
  const ConnectionId oldest = *std::ranges::min_element(most->second);
  if (p2p::Peer* peer = context_.peers.find(oldest)) {
    context_.part(*peer, kTooManyUnproven);
  } else {
    strangers_.erase(oldest);
    context_.out.close(oldest, kTooManyUnproven);
  }
  return true;
}

void Connections::dialed(const Dialed& event) {
  const auto attempt = finding_.dialed(event);
  if (!attempt) return;
  p2p::Handshake handshake(p2p::Role::kDialer, context_.network, context_.options.node_key, context_.rng);
  p2p::Peer& peer = context_.peers.add(p2p::Peer(event.connection, std::move(handshake), attempt->address.text(),
                                                 event.remote_host, context_.now.instant));
  peer.dialed = attempt->address;
  peer.group = p2p::NetGroup(event.remote_host);
  peer.is_static = attempt->is_static;
  peer.is_feeler = attempt->is_feeler;
  if (context_.stopping) return context_.part(peer, "shutting down");
  if (refuse_unwelcome(peer)) return;
  send_hello(peer);
}

void Connections::disconnected(ConnectionId connection) {
  strangers_.erase(connection);
  classic_.erase(connection);
}

void Connections::bad_line(const BadLine& event) {
  if (p2p::Peer* peer = context_.peers.find(event.connection)) return context_.drop(*peer, event.error);
  context_.out.send(event.connection, wire::peer::ErrorMessage{std::string(event.error.name()), event.error.message()});
  context_.out.close(event.connection, event.error.message());
}

// -- who speaks? -------------------------------------------------------------------------------------------------

bool Connections::stranger(ConnectionId connection, std::string_view line) {
  if (const auto known = classic_.find(connection); known != classic_.end()) {
    classic_line(connection, known->second, classic::classify(line));
    return true;
  }
  const auto found = strangers_.find(connection);
  if (found == strangers_.end()) return false;
  const Stranger stranger = found->second;
  strangers_.erase(found);
  const classic::Request request = classic::classify(line);
  if (request.kind != classic::Kind::kNone) {
    if (classic_.size() >= p2p::kMaxClassicConnections) {
      context_.out.close(connection, "too many classic connections");
      return true;
    }
    classic_line(connection, classic_[connection] = {stranger.host}, request);
    return true;
  }
  if (dial_back(connection, stranger.host, line)) return true;
  p2p::Handshake handshake(p2p::Role::kAcceptor, context_.network, context_.options.node_key, context_.rng);
  const std::string remote = wire::Address{stranger.host, stranger.port}.text();
  context_.peers.add(p2p::Peer(connection, std::move(handshake), remote, stranger.host, stranger.since));
  return false;  // the line itself is the peer's first
}

// Strangers could have us sign as often as they like to connect; bootstrap servers we know are answered all the same.
bool Connections::dial_back(ConnectionId connection, const std::string& host, std::string_view line) {
  const auto request = wire::decode_dial_back(line);
  if (!request) return false;
  const auto gained = (context_.now.instant - dial_backs_counted_at_) / kDialBackInterval;
  if (gained > 0) {
    dial_backs_counted_at_ += gained * kDialBackInterval;
    const auto space = kMaxDialBacksAtOnce - dial_backs_left_;
    dial_backs_left_ += std::min(space, static_cast<std::size_t>(gained));
  }
  if (!finding_.is_bootstrap_host(host)) {
    if (dial_backs_left_ == 0) {
      context_.out.close(connection, "too many dial-backs");
      return true;
    }
    --dial_backs_left_;
  }
  const PrivateKey& key = context_.options.node_key;
  const Hash256 digest = wire::dial_back_digest(context_.network, request->nonce, request->address);
  const wire::DialBackAnswer::Proof proof{key.public_key(), key.sign(digest)};
  context_.out.send(connection, encode(wire::DialBackAnswer{request->nonce, context_.network, proof}));
  context_.out.close(connection, "dial-back answered");
  return true;
}

void Connections::classic_line(ConnectionId connection, Classic& client, const classic::Request& request) {
  switch (request.kind) {
    case classic::Kind::kRequestBlockchain:
      context_.out.send(connection, classic::blockchain_line(context_.chain.get(), context_.overlay.durable()));
      return;
    case classic::Kind::kBlockchainUpdate:
    case classic::Kind::kBareBlock:
      if (std::exchange(client.chain_refused, true)) return;
      context_.out.report(Severity::kInfo, "refused a classic chain from " + client.host +
                                               ": votes here are signed, and a chain is never taken on a peer's word");
      return;
    case classic::Kind::kPeerJoined:
    case classic::Kind::kPeerLeft:
      if (request.address) {
        finding_.notice(client.host, *request.address, request.kind == classic::Kind::kPeerJoined);
      }
      return;
    case classic::Kind::kNone:
      const Error error(NodeError::kUnintelligible);
      context_.out.send(connection, wire::peer::ErrorMessage{std::string(error.name()), error.message()});
      context_.out.close(connection, error.message());
      return;
  }
}

// -- handshake ---------------------------------------------------------------------------------------------------

void Connections::send_hello(const p2p::Peer& peer) {
  wire::peer::Hello hello = peer.handshake.hello();
  hello.listen = context_.options.advertise;
  hello.agent = context_.options.agent;
  hello.compact = true;
  hello.time_ms = to_unix_ms(context_.now.wall);
  if (const auto tip = chain::stored_tip(context_.overlay.durable())) {
    hello.height = tip->height;
    hello.work = chain::to_hash(tip->work);
  }
  context_.out.send(peer.connection, hello);
}

void Connections::send_ping(p2p::Peer& peer) {
  const std::uint64_t nonce = context_.rng.next();
  peer.ping.sent(nonce, context_.now.instant);
  context_.out.send(peer.connection, wire::peer::Ping{nonce});
}

void Connections::pong(p2p::Peer& peer, const wire::peer::Pong& message) {
  peer.ping.answered(message.nonce, context_.now.instant);
  if (message.time_ms) peer.clock = {from_unix_ms(*message.time_ms), context_.now.instant};
}

bool Connections::handshake(p2p::Peer& peer, const wire::peer::Message& message) {
  if (const auto* theirs = std::get_if<wire::peer::Hello>(&message)) return hello(peer, *theirs);
  if (const auto* theirs = std::get_if<wire::peer::HelloProof>(&message)) return proof(peer, *theirs);
  if (const auto* bye = std::get_if<wire::peer::Bye>(&message)) {
    context_.part(peer, "it said bye: " + bye->reason);
  } else if (const auto* error = std::get_if<wire::peer::ErrorMessage>(&message)) {
    refused_by(peer, *error);
  } else {
    refuse(peer, p2p::HandshakeError::kOutOfOrder);
  }
  return false;
}

void Connections::refused_by(p2p::Peer& peer, const wire::peer::ErrorMessage& error) {
  if (peer.closing) return;
  peer.closing = true;
  peer.end_reason = "it refuses us: " + error.message;
  peer.misbehaved = true;  // one of us has; either way it is not dialed again at once
  context_.dropped.push_back(peer.connection);
  context_.out.close(peer.connection, "it refuses us: " + error.message);
  context_.out.report(Severity::kInfo, peer.name() + " refuses us: " + error.message + " (" + error.code + ")");
}

bool Connections::hello(p2p::Peer& peer, const wire::peer::Hello& message) {
  if (const auto taken = peer.handshake.take(message); !taken) {
    if (taken.error() == p2p::HandshakeError::kSelf) finding_.is_self(peer);
    refuse(peer, taken.error());
    return false;
  }
  peer.height = message.height;
  if (message.time_ms) peer.clock = {from_unix_ms(*message.time_ms), context_.now.instant};
  if (refuse_unwelcome(peer)) return false;
  if (peer.inbound()) {
    send_hello(peer);
    context_.out.send(peer.connection, peer.handshake.proof());
  }
  return false;
}

bool Connections::proof(p2p::Peer& peer, const wire::peer::HelloProof& message) {
  if (const auto taken = peer.handshake.take(message); !taken) {
    refuse(peer, taken.error());
    return false;
  }
  return admit(peer);
}

bool Connections::admit(p2p::Peer& peer) {
  if (peer.is_feeler) {
    finding_.answered(peer);
    context_.part(peer, "only to see whether you are there");
    return false;
  }
  if (!survives_duplicates(peer)) return false;
  if (peer.inbound()) peer.is_static = passes_for_static(peer);
  if (!has_place(peer)) {
    context_.part(peer, Error(NodeError::kTooManyPeers).message());
    return false;
  }
  if (!peer.inbound()) context_.out.send(peer.connection, peer.handshake.proof());
  context_.out.add(RaiseLineLimit{peer.connection, wire::kMaxPeerLineSizeBytes});
  peer.ready = true;
  context_.out.report(Severity::kInfo, "connected to " + peer.name() +
                                           (peer.inbound() ? " (inbound, " : " (outbound, ") + "height " +
                                           std::to_string(peer.height) + ", " + peer.handshake.theirs()->agent + ")");
  send_ping(peer);
  finding_.ready(peer);
  return true;
}

bool Connections::has_place(const p2p::Peer& peer) {
  if (!peer.inbound() || peer.is_static || context_.peers.inbound_ready() < context_.options.max_inbound) return true;
  return evict();
}

bool Connections::evict() {
  if (evicted_at_ && context_.now.instant < *evicted_at_ + p2p::kEvictionInterval) return false;
  std::vector<p2p::EvictionCandidate> candidates;
  for (const auto& [connection, peer] : context_.peers.all()) {
    if (!peer.inbound() || peer.is_static || !peer.ready || peer.closing) continue;
    candidates.push_back({connection, peer.connected_at, peer.ping.least(), peer.last_block_at,
                          peer.last_transaction_at, keyed_group(peer.remote_host)});
  }
  const auto chosen = p2p::choose_evicted(std::move(candidates));
  if (!chosen) return false;
  p2p::Peer& evicted = *context_.peers.find(*chosen);
  context_.out.report(Severity::kInfo, "all places are taken: " + evicted.name() + " makes place for a newcomer");
  context_.part(evicted, "all places are taken, and this one is for another peer; try again later");
  evicted_at_ = context_.now.instant;
  return true;
}

std::uint64_t Connections::keyed_group(const std::string& host) const {
  const p2p::NetGroup group(host);
  return std::hash<Hash256>{}(sha256({group_key_.view(), as_bytes(group.text())}));
}

bool Connections::refuse_unwelcome(p2p::Peer& peer) {
  if (context_.is_banned(peer)) {
    context_.drop(peer, NodeError::kBanned, Severity::kDebug);  // who banned it knows
    return true;
  }
  if (peer.is_static || context_.is_static_host(peer.remote_host) || !context_.is_discouraged(peer)) return false;
  const auto& theirs = peer.handshake.theirs();
  const bool tell = !theirs || context_.discouragement.may_tell(p2p::Discouragement::subject_of(theirs->node_key),
                                                                context_.now.instant);
  context_.drop(peer, NodeError::kDiscouraged, tell ? Severity::kInfo : Severity::kDebug);
  return true;
}

// It only says where it listens: the exemption is worth one connection for each of the operator's addresses.
bool Connections::passes_for_static(const p2p::Peer& peer) const {
  const auto& statics = context_.options.static_peers;
  const auto& listen = peer.handshake.theirs()->listen;
  if (!listen || std::ranges::find(statics, *listen) == statics.end()) return false;
  return std::ranges::none_of(context_.peers.all(), [&](const auto& entry) {
    const p2p::Peer& other = entry.second;
    return other.is_static && other.ready && !other.closing && (other.address() == *listen || other.dialed == *listen);
  });
}

bool Connections::survives_duplicates(p2p::Peer& peer) {
  const p2p::Peer* other = context_.peers.same_node(peer);
  if (other == nullptr) return true;
  const bool newer_goes = p2p::newer_is_duplicate(context_.options.node_key.public_key(), *other, peer);
  p2p::Peer& loser = newer_goes ? peer : *context_.peers.find(other->connection);
  finding_.is_duplicate(loser);
  context_.part(loser, "a second connection to the same node");
  return !newer_goes;
}

void Connections::refuse(p2p::Peer& peer, const Error& why) {
  const bool our_doing = why == p2p::HandshakeError::kSelf;
  context_.drop(peer, why, our_doing ? Severity::kDebug : Severity::kWarning);
}

// -- upkeep ------------------------------------------------------------------------------------------------------

Instant Connections::silent_until(const p2p::Peer& peer) {
  return peer.heard_at + (peer.pinged ? p2p::kDeadAfter : p2p::kPingInterval);
}

std::optional<Instant> Connections::deadline_of(const p2p::Peer& peer) const {
  if (peer.closing) return std::nullopt;
  if (!peer.ready) return peer.connected_at + p2p::kHandshakeTimeout;
  return std::min(silent_until(peer), peer.ping.sent_at() + p2p::kPingAtLeast);
}

void Connections::drive() {
  const Instant now = context_.now.instant;
  for (auto& [connection, peer] : context_.peers.all()) {
    const auto due = deadline_of(peer);
    if (!due || *due > now) continue;
    if (!peer.ready) {
      context_.drop(peer, NodeError::kHandshakeTimeout, Severity::kInfo);
    } else if (silent_until(peer) > now) {
      send_ping(peer);  // it talks, but not about its clock
    } else if (peer.pinged) {
      context_.drop(peer, NodeError::kDead, Severity::kInfo);
    } else {
      peer.pinged = true;
      send_ping(peer);
    }
  }
  for (auto stranger = strangers_.begin(); stranger != strangers_.end();) {
    if (stranger->second.since + p2p::kHandshakeTimeout > now) {
      ++stranger;
      continue;
    }
    context_.out.close(stranger->first, Error(NodeError::kHandshakeTimeout).message());
    stranger = strangers_.erase(stranger);
  }
}

std::optional<Instant> Connections::deadline() const {
  std::optional<Instant> next;
  const auto consider = [&](std::optional<Instant> instant) {
    if (instant && (!next || *instant < *next)) next = instant;
  };
  for (const auto& [connection, peer] : context_.peers.all()) consider(deadline_of(peer));
  for (const auto& [connection, stranger] : strangers_) consider(stranger.since + p2p::kHandshakeTimeout);
  return next;
}

void Connections::shut_down() {
  for (auto& [connection, peer] : context_.peers.all()) context_.part(peer, "shutting down");
  for (const auto& [connection, stranger] : strangers_) context_.out.close(connection, "shutting down");
  for (const auto& [connection, client] : classic_) context_.out.close(connection, "shutting down");
}

}  // namespace suara::node
