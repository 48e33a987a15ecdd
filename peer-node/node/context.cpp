#include "peer-node/node/context.hpp"

#include "peer-node/node/node_error.hpp"

#include <algorithm>

namespace suara::node {

std::optional<StoreToken> Context::commit(store::Draft& draft) { return commit(draft.take()); }

std::optional<StoreToken> Context::commit(store::WriteBatch batch) {
  if (batch.empty()) return std::nullopt;
  const StoreToken token{next_token_++};
  overlay.add(token, batch);
  out.add(Store{token, std::move(batch)});
  return token;
}

std::optional<StoreToken> Context::newest_in_flight() const {
  if (overlay.batches_in_flight() == 0) return std::nullopt;
  return StoreToken{next_token_ - 1};
}

void Context::drop(p2p::Peer& peer, const Error& why, Severity severity) {
  if (peer.closing) return;
  peer.closing = true;
  peer.misbehaved = true;
  peer.end_reason = why.message();
  dropped.push_back(peer.connection);
  out.send(peer.connection, wire::peer::ErrorMessage{std::string(why.name()), why.message()});
  out.close(peer.connection, why.message());
  out.report(severity, "disconnecting " + peer.name() + ": " + why.message() + " (" + std::string(why.name()) + ")");
  if (is_violation(why)) remember_violation(peer);
}

// Before its proof it may be anybody: a browser behind the same router, or another program at an address that somebody
// made us dial.
void Context::remember_violation(const p2p::Peer& peer) {
  if (!peer.ready) return;
  if ((peer.is_static && !peer.inbound()) || is_static_host(peer.remote_host)) return;
  const auto remember = [&](const p2p::Discouragement::Subject& subject) {
    if (discouragement.violated(subject, now.instant)) {
      out.report(Severity::kWarning, subject + " is not welcome for 24 hours: it broke the rules more than once");
    }
  };
  remember(p2p::Discouragement::subject_of(peer.handshake.theirs()->node_key));
  if (const auto host = p2p::Discouragement::subject_of(peer.remote_host)) remember(*host);
}

bool Context::names(const p2p::BanSubject& subject, const p2p::Peer& peer) {
  const auto& theirs = peer.handshake.theirs();
  return subject.names_host(peer.remote_host) || (theirs && subject.names_key(theirs->node_key));
}

bool Context::is_banned(const p2p::Peer& peer) const {
  const auto& theirs = peer.handshake.theirs();
  return bans.of_host(peer.remote_host, now.wall) != nullptr ||
         (theirs && bans.of_key(theirs->node_key, now.wall) != nullptr);
}

bool Context::is_static_host(const std::string& host) const {
  return std::ranges::any_of(options.static_peers, [&](const wire::Address& address) { return address.host == host; });
}

bool Context::is_discouraged(const p2p::Peer& peer) const {
  const auto& theirs = peer.handshake.theirs();
  if (theirs && discouragement.discourages(p2p::Discouragement::subject_of(theirs->node_key), now.instant)) return true;
  const auto host = p2p::Discouragement::subject_of(peer.remote_host);
  return host && discouragement.discourages(*host, now.instant);
}

void Context::part(p2p::Peer& peer, const std::string& reason) {
  if (peer.closing) return;
  peer.closing = true;
  peer.end_reason = reason;
  dropped.push_back(peer.connection);
  out.send(peer.connection, wire::peer::Bye{reason});
  out.close(peer.connection, reason);
}

wire::PeerStatus Context::status() const {
  wire::PeerStatus status;
  if (const auto tip = chain::stored_tip(overlay.durable())) {
    status.height_blocks = tip->height;
    status.tip = tip->id.hex();
  }
  status.agent = options.agent;
  status.time_ms = to_unix_ms(now.wall);
  return status;
}

}  // namespace suara::node
