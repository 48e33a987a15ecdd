// The first line of a connection tells who speaks: a native peer, or a program written from the book.
#pragma once

#include "common/wire/address.hpp"

#include <optional>
#include <string_view>

namespace suara::classic {

enum class Kind {
  kNone,               ///< not classic; the native protocol decides what it is
  kRequestBlockchain,  ///< answered with a view of the chain
  kBlockchainUpdate,   ///< refused: a chain is never taken on a peer's word
  kBareBlock,          ///< refused likewise; the oldest flavour
  kPeerJoined,         ///< a hint, from bootstrap servers only
  kPeerLeft,
};

struct Request {
  Kind kind = Kind::kNone;
  std::optional<wire::Address> address;  ///< of notices, when it can be understood
};

Request classify(std::string_view line);

}  // namespace suara::classic
