// Merkle trees of the full blocks that were last asked about. Everybody who voted when most did asks for a receipt from
// the same few blocks, and hashing a block's 6,000 votes for each takes 2 ms of the only thread that answers.
#pragma once

#include "peer-node/chain/block_view.hpp"
#include "peer-node/chain/merkle.hpp"

#include <list>

namespace suara::api {

/// Memory: kMaxKeptTreesBytes.
class TreeCache {
 public:
  /// The proof of the block's transaction at `index`.
  std::vector<Hash256> proof(const chain::BlockId& id, const chain::BlockView& block, std::size_t index);

  [[nodiscard]] std::size_t trees() const { return kept_.size(); }
  [[nodiscard]] std::size_t size_bytes() const { return size_bytes_; }

 private:
  struct Kept {
    chain::BlockId id;
    chain::MerkleTree tree;
  };

  std::list<Kept> kept_;  // the last asked for first
  std::size_t size_bytes_ = 0;
};

/// Without keeping anything.
std::vector<Hash256> proof_of(const chain::BlockView& block, std::size_t index);

}  // namespace suara::api
