#include "peer-node/api/tree_cache.hpp"

#include "peer-node/api/limits.hpp"

#include <algorithm>

namespace suara::api {
namespace {

chain::MerkleTree tree_of(const chain::BlockView& block) {
  std::vector<Hash256> leaves;
  leaves.reserve(block.transactions().size());
  for (const ByteView transaction : block.transactions()) leaves.push_back(chain::leaf_hash(transaction));
  return chain::MerkleTree(std::move(leaves));
}

}  // namespace

std::vector<Hash256> proof_of(const chain::BlockView& block, std::size_t index) { return tree_of(block).proof(index); }

std::vector<Hash256> TreeCache::proof(const chain::BlockId& id, const chain::BlockView& block, std::size_t index) {
  if (block.transactions().size() < kMinKeptTreeTransactions) return proof_of(block, index);
  const auto found = std::ranges::find(kept_, id, &Kept::id);
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
  } else {
    kept_.push_front({id, tree_of(block)});
    size_bytes_ += kept_.front().tree.size_bytes();
    while (size_bytes_ > kMaxKeptTreesBytes && kept_.size() > 1) {
      size_bytes_ -= kept_.back().tree.size_bytes();
      kept_.pop_back();
    }
  }
  return kept_.front().tree.proof(index);
}

}  // namespace suara::api
