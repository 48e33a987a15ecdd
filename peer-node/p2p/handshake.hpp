// Who is at the other end, and is it of our network? One object per connection.
//
// dialer:   hello ->            <- hello, hello_proof   (acceptor)
//           hello_proof ->
//
// The acceptor speaks second because its first line tells native peers from classic ones, which expect silence. A
// proof signs both nonces, who dialed, the prover's view of the other's key, and the transport's exporter value, so
// that it is worth nothing on any other connection, in the other direction, or when passed on by a third node.
// Checking it costs one signature verification (60 us) in the core: the lines behind it must not overtake it.
#pragma once

#include "common/crypto/p256.hpp"
#include "common/util/rng.hpp"
#include "common/wire/peer_messages.hpp"

#include <optional>
#include <string>

namespace suara::p2p {

enum class HandshakeError {
  kWrongNetwork,     ///< its hello names another network
  kNoCommonVersion,  ///< no protocol version in common
  kSelf,             ///< we have connected to ourselves
  kOutOfOrder,       ///< a second hello, or anything before hello and proof
  kBadProof,         ///< the proof does not fit key and nonces
};
ErrorText describe(HandshakeError error);

enum class Role : std::uint8_t { kDialer = 0, kAcceptor = 1 };

class Handshake {
 public:
  /// `exporter`: the transport's channel binding, empty in the clear.
  Handshake(Role role, NetworkId network, PrivateKey key, Rng& rng, std::string exporter = {});

  /// Our side of the hello: role, key, network and nonce; the caller adds what it wants to say of itself.
  [[nodiscard]] wire::peer::Hello hello() const;
  /// Takes the other side's hello, once.
  Result<void> take(const wire::peer::Hello& theirs);
  /// Takes the other side's proof, once, after its hello.
  Result<void> take(const wire::peer::HelloProof& proof);
  /// Our proof; after their hello.
  [[nodiscard]] wire::peer::HelloProof proof() const;

  [[nodiscard]] Role role() const { return role_; }
  [[nodiscard]] const std::optional<wire::peer::Hello>& theirs() const { return theirs_; }

 private:
  [[nodiscard]] Hash256 digest(Role prover, const Hash256& prover_nonce, const Hash256& verifier_nonce,
                               const PublicKey& verifier) const;

  Role role_;
  NetworkId network_;
  PrivateKey key_;
  Hash256 nonce_;
  std::string exporter_;
  std::optional<wire::peer::Hello> theirs_;
  bool proved_ = false;
};

}  // namespace suara::p2p
