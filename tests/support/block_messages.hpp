// Blocks as peers show them to each other.
#pragma once

#include "common/wire/peer_messages.hpp"
#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/seal.hpp"

#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

namespace suara::testing {

/// A `headers` message of these blocks, without seals.
inline wire::peer::Headers headers_of(std::span<const chain::Block> blocks) {
  wire::peer::Headers message;
  for (const chain::Block& block : blocks) {
    const auto bytes = chain::encode(block.header);
    message.bytes.insert(message.bytes.end(), bytes.begin(), bytes.end());
  }
  return message;
}
inline wire::peer::Headers headers_of(std::initializer_list<chain::Block> blocks) {
  return headers_of(std::span(blocks.begin(), blocks.size()));
}

/// A `compact` message of this block.
inline wire::peer::Compact compact_of(const chain::Block& block, const std::optional<chain::Seal>& seal = {}) {
  wire::peer::Compact message{chain::encode(chain::SealedHeader(block.header, seal)), {}};
  for (const auto& transaction : block.transactions) {
    message.leaves.push_back(chain::leaf_hash(ledger::encode(transaction)));
  }
  return message;
}

}  // namespace suara::testing
