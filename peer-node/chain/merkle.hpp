// The Merkle tree of a block's transactions, as RFC 6962 section 2.1 defines it: prefix 00 for leaves, 01 for nodes,
// so no node can pass for a leaf, and no leaf is ever doubled. A leaf is a transaction's full encoding, signature
// included: the header commits to every byte of the body. An inclusion proof is a voter's receipt.
#pragma once

#include "common/crypto/sha256.hpp"
#include "peer-node/ledger/transaction.hpp"

#include <vector>

namespace suara::chain {

/// SHA-256(00 ‖ data).
Hash256 leaf_hash(ByteView data);
/// SHA-256 of nothing when there are no leaves.
Hash256 merkle_root(std::vector<Hash256> leaf_hashes);
Hash256 transactions_root(const std::vector<ledger::Transaction>& transactions);

/// All of a tree's hashes, to take proofs from: about 64 bytes a leaf.
class MerkleTree {
 public:
  explicit MerkleTree(std::vector<Hash256> leaf_hashes);

  /// Sibling hashes from the leaf up (the audit path). `index` < leaf count.
  [[nodiscard]] std::vector<Hash256> proof(std::size_t index) const;
  [[nodiscard]] std::size_t size_bytes() const;

 private:
  std::vector<std::vector<Hash256>> levels_;  // leaves first, the root's own level left out
};

/// One proof of a tree that is not needed again.
std::vector<Hash256> inclusion_proof(const std::vector<Hash256>& leaf_hashes, std::size_t index);
/// Whether the proof shows the leaf at `index` of `count` leaves under `root`. Any input is fine; no count is trusted.
[[nodiscard]] bool proof_holds(const Hash256& leaf_hash, std::size_t index, std::size_t count,
                               const std::vector<Hash256>& proof, const Hash256& root);

}  // namespace suara::chain
