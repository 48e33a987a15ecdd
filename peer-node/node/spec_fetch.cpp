#include "peer-node/node/spec_fetch.hpp"

#include "peer-node/node/node_error.hpp"

namespace suara::node {

std::optional<chain::ChainSpec> SpecFetch::take(p2p::Peer& peer, const wire::peer::Spec& message) {
  if (context_.chain != nullptr) return std::nullopt;
  auto spec = chain::parse_chain_spec(message.json);
  if (!spec) {
    context_.drop(peer, spec.error());
    return std::nullopt;
  }
  if (const NetworkId id = chain::network_id(*spec); id != context_.network) {
    context_.drop(peer, Error(NodeError::kWrongSpec, "it hashes to " + id.hex()));
    return std::nullopt;
  }
  context_.out.report(Severity::kInfo,
                      "fetched the specification of network \"" + spec->name + "\" from " + peer.name());
  return std::move(*spec);
}

void SpecFetch::drive() {
  if (context_.chain != nullptr || context_.stopping) return;
  const Instant now = context_.now.instant;
  if (asked_ && context_.peers.find_ready(*asked_) != nullptr && asked_at_ + kPatience > now) return;
  // Round robin: the first ready peer after the one asked last, or the first of all.
  std::optional<ConnectionId> first;
  std::optional<ConnectionId> next;
  for (const auto& [connection, peer] : context_.peers.all()) {
    if (!peer.ready || peer.closing) continue;
    if (!first) first = connection;
    if (!next && asked_ && connection > *asked_) next = connection;
  }
  asked_ = next ? next : first;
  asked_at_ = now;
  if (asked_) context_.out.send(*asked_, wire::peer::GetSpec{});
}

std::optional<Instant> SpecFetch::deadline() const {
  if (context_.chain != nullptr || context_.stopping || !asked_) return std::nullopt;
  return asked_at_ + kPatience;
}

}  // namespace suara::node
