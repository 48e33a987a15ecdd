#include "peer-node/node/context.hpp"

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
  dropped.push_back(peer.connection);
  out.send(peer.connection, wire::peer::ErrorMessage{std::string(why.name()), why.message()});
  out.close(peer.connection, why.message());
  out.report(severity, "disconnecting " + peer.name() + ": " + why.message() + " (" + std::string(why.name()) + ")");
}

void Context::part(p2p::Peer& peer, const std::string& reason) {
  if (peer.closing) return;
  peer.closing = true;
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
