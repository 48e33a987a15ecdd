// How a bootstrap server finds out who is at an address somebody registered: it dials back and asks, on a connection of
// its own, in one line; whoever is there answers in one line and closes. The bytes are in proto-docs/peer.md,
// "Dial-back".
//
// The nonce is the asker's choice, so the signature is made in a domain of its own and over network and address too: it
// says "this key was asked here about this address", and nothing in any other place.
#pragma once

#include "common/crypto/p256.hpp"
#include "common/util/result.hpp"
#include "common/wire/address.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace suara::wire {

struct DialBack {
  std::string network;  ///< of the row, in hex; empty where the row has none
  Address address;      ///< as registered
  Hash256 nonce;        ///< fresh for every attempt
};

struct DialBackAnswer {
  struct Proof {
    PublicKey key;
    Signature signature;  ///< over dial_back_digest
  };

  Hash256 nonce;
  NetworkId network;           ///< the answerer's own
  std::optional<Proof> proof;  ///< rows without a key do not need one
};

Hash256 dial_back_digest(const NetworkId& network, const Hash256& nonce, const Address& address);

/// kUnknownType for lines of any other type.
Result<DialBack> decode_dial_back(std::string_view line);
Result<DialBackAnswer> decode_dial_back_answer(std::string_view line);

/// Both end with '\n'.
std::string encode(const DialBack& request);
std::string encode(const DialBackAnswer& answer);

}  // namespace suara::wire
