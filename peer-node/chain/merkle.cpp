#include "peer-node/chain/merkle.hpp"

#include "common/util/check.hpp"

namespace suara::chain {
namespace {

Hash256 node_hash(const Hash256& left, const Hash256& right) {
  static constexpr std::uint8_t kPrefix[] = {1};
  return sha256({ByteView(kPrefix), left.view(), right.view()});
}

// One level up, in place; the last of an odd number rises as it is. Pairing from the left at every level gives
// RFC 6962's tree, whose left subtrees are the largest full ones.
void raise_level(std::vector<Hash256>& level) {
  std::size_t parents = 0;
  for (std::size_t i = 0; i < level.size(); i += 2) {
    level[parents++] = i + 1 < level.size() ? node_hash(level[i], level[i + 1]) : level[i];
  }
  level.resize(parents);
}

}  // namespace

Hash256 leaf_hash(ByteView data) {
  static constexpr std::uint8_t kPrefix[] = {0};
  return sha256({ByteView(kPrefix), data});
}

Hash256 merkle_root(std::vector<Hash256> leaf_hashes) {
  if (leaf_hashes.empty()) return sha256(ByteView{});
  while (leaf_hashes.size() > 1) raise_level(leaf_hashes);
  return leaf_hashes.front();
}

Hash256 transactions_root(const std::vector<ledger::Transaction>& transactions) {
  std::vector<Hash256> leaves;
  leaves.reserve(transactions.size());
  for (const ledger::Transaction& transaction : transactions) leaves.push_back(leaf_hash(ledger::encode(transaction)));
  return merkle_root(std::move(leaves));
}

MerkleTree::MerkleTree(std::vector<Hash256> leaf_hashes) {
  CHECK(!leaf_hashes.empty());
  while (leaf_hashes.size() > 1) {
    levels_.push_back(leaf_hashes);
    raise_level(leaf_hashes);
  }
}

std::vector<Hash256> MerkleTree::proof(std::size_t index) const {
  CHECK(index < (levels_.empty() ? 1 : levels_.front().size()));
  std::vector<Hash256> proof;
  for (const auto& level : levels_) {
    const std::size_t sibling = index ^ 1U;
    if (sibling < level.size()) proof.push_back(level[sibling]);
    index /= 2;
  }
  return proof;
}

std::size_t MerkleTree::size_bytes() const {
  std::size_t size_bytes = sizeof(*this);
  for (const auto& level : levels_) size_bytes += sizeof(level) + level.size() * sizeof(Hash256);
  return size_bytes;
}

std::vector<Hash256> inclusion_proof(const std::vector<Hash256>& leaf_hashes, std::size_t index) {
  return MerkleTree(leaf_hashes).proof(index);
}

bool proof_holds(const Hash256& leaf_hash, std::size_t index, std::size_t count, const std::vector<Hash256>& proof,
                 const Hash256& root) {
  if (index >= count) return false;
  Hash256 hash = leaf_hash;
  auto step = proof.begin();
  for (std::size_t width = count; width > 1; width = width / 2 + width % 2, index /= 2) {
    if ((index ^ 1U) >= width) continue;  // the last of an odd number has no sibling here
    if (step == proof.end()) return false;
    hash = index % 2 == 0 ? node_hash(hash, *step) : node_hash(*step, hash);
    ++step;
  }
  return step == proof.end() && hash == root;
}

}  // namespace suara::chain
