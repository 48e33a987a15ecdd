#include "peer-node/p2p/handshake.hpp"

#include "common/crypto/nonce.hpp"
#include "common/util/check.hpp"

#include <algorithm>

namespace suara::p2p {
namespace {

constexpr std::string_view kHelloDomain = "suara.hello";

}  // namespace

ErrorText describe(HandshakeError error) {
  switch (error) {
    case HandshakeError::kWrongNetwork: return {"wrong_network", "that node belongs to another network"};
    case HandshakeError::kNoCommonVersion: return {"no_common_version", "no protocol version in common"};
    case HandshakeError::kSelf: return {"self_connection", "both ends of this connection are the same node"};
    case HandshakeError::kOutOfOrder:
      return {"handshake_out_of_order", "a connection begins with one hello and one hello_proof from each side"};
    case HandshakeError::kBadProof:
      return {"bad_proof", "the proof does not fit the node key and the nonces of this connection"};
  }
  return {"unknown", "unknown"};
}

Handshake::Handshake(Role role, NetworkId network, PrivateKey key, Rng& rng, std::string exporter)
    : role_(role), network_(network), key_(std::move(key)), nonce_(fresh_nonce(rng)), exporter_(std::move(exporter)) {}

wire::peer::Hello Handshake::hello() const {
  wire::peer::Hello hello;
  hello.versions = {wire::peer::kProtocolVersion};
  hello.network = network_;
  hello.node_key = key_.public_key();
  hello.nonce = nonce_;
  return hello;
}

Result<void> Handshake::take(const wire::peer::Hello& theirs) {
  if (theirs_) return Error(HandshakeError::kOutOfOrder);
  if (theirs.network != network_) {
    return Error(HandshakeError::kWrongNetwork, "ours is " + network_.hex() + ", theirs " + theirs.network.hex());
  }
  if (std::ranges::find(theirs.versions, wire::peer::kProtocolVersion) == theirs.versions.end()) {
    return Error(HandshakeError::kNoCommonVersion, "ours is " + std::to_string(wire::peer::kProtocolVersion));
  }
  if (theirs.node_key == key_.public_key()) return Error(HandshakeError::kSelf);
  theirs_ = theirs;
  return {};
}

Result<void> Handshake::take(const wire::peer::HelloProof& proof) {
  if (!theirs_ || proved_) return Error(HandshakeError::kOutOfOrder);
  const Role prover = role_ == Role::kDialer ? Role::kAcceptor : Role::kDialer;
  const Hash256 expected = digest(prover, theirs_->nonce, nonce_, key_.public_key());
  if (!verify(theirs_->node_key, expected, proof.signature)) return Error(HandshakeError::kBadProof);
  proved_ = true;
  return {};
}

wire::peer::HelloProof Handshake::proof() const {
  CHECK(theirs_.has_value());
  return {key_.sign(digest(role_, nonce_, theirs_->nonce, theirs_->node_key))};
}

Hash256 Handshake::digest(Role prover, const Hash256& prover_nonce, const Hash256& verifier_nonce,
                          const PublicKey& verifier) const {
  Bytes body{static_cast<std::uint8_t>(prover)};
  for (const ByteView part : {prover_nonce.view(), verifier_nonce.view(), verifier.view(), as_bytes(exporter_)}) {
    body.insert(body.end(), part.begin(), part.end());
  }
  return signing_digest(kHelloDomain, network_, body);
}

}  // namespace suara::p2p
