#include "peer-node/chain/merkle.hpp"

#include <gtest/gtest.h>

namespace suara::chain {
namespace {

Hash256 node(const Hash256& left, const Hash256& right) {
  const std::uint8_t prefix[] = {1};
  return sha256({ByteView(prefix), left.view(), right.view()});
}

// RFC 6962 section 2.1 word for word: split at the largest power of two smaller than n.
Hash256 tree_of(const std::vector<Hash256>& leaves, std::size_t from, std::size_t to) {
  if (to - from == 1) return leaves[from];
  std::size_t split = 1;
  while (split * 2 < to - from) split *= 2;
  return node(tree_of(leaves, from, from + split), tree_of(leaves, from + split, to));
}

std::vector<Hash256> leaves_of(std::size_t count) {
  std::vector<Hash256> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(as_bytes(std::to_string(i))));
  return leaves;
}

TEST(Merkle, RootOfNoneIsTheHashOfNothing) {
  EXPECT_EQ(merkle_root({}).hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Merkle, LeafHashIsPrefixed) {
  // The hash of a leaf without data, as RFC 6962's test vectors have it.
  EXPECT_EQ(leaf_hash({}).hex(), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(Merkle, RootIsRfc6962s) {
  for (std::size_t count = 1; count <= 40; ++count) {
    const auto leaves = leaves_of(count);
    EXPECT_EQ(merkle_root(leaves), tree_of(leaves, 0, count)) << count;
  }
}

TEST(Merkle, EveryLeafHasAProofThatHoldsForItsPlaceOnly) {
  for (std::size_t count = 1; count <= 20; ++count) {
    const auto leaves = leaves_of(count);
    const Hash256 root = merkle_root(leaves);
    for (std::size_t index = 0; index < count; ++index) {
      const auto proof = inclusion_proof(leaves, index);
      EXPECT_TRUE(proof_holds(leaves[index], index, count, proof, root));
      EXPECT_FALSE(proof_holds(leaf_hash(as_bytes("other")), index, count, proof, root));
      for (std::size_t other = 0; other < count; ++other) {
        EXPECT_EQ(proof_holds(leaves[index], other, count, proof, root), other == index);
      }
      EXPECT_FALSE(proof_holds(leaves[index], count, count, proof, root));
    }
  }
}

TEST(Merkle, ProofsTooShortOrTooLongDoNotHold) {
  const auto leaves = leaves_of(5);
  const Hash256 root = merkle_root(leaves);
  auto proof = inclusion_proof(leaves, 2);
  proof.push_back(root);
  EXPECT_FALSE(proof_holds(leaves[2], 2, 5, proof, root));
  proof.resize(proof.size() - 2);
  EXPECT_FALSE(proof_holds(leaves[2], 2, 5, proof, root));
}

}  // namespace
}  // namespace suara::chain
