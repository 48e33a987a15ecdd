#include "peer-node/api/tree_cache.hpp"

#include "common/store/memory_store.hpp"
#include "peer-node/api/limits.hpp"
#include "peer-node/chain/block.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/store/schema.hpp"

#include <gtest/gtest.h>

namespace suara::api {
namespace {

struct Sample {
  chain::BlockId id;
  chain::BlockView block;
};

// Signatures play no part.
Sample sample(std::uint64_t nonce, std::size_t transactions) {
  chain::Block block;
  block.header.nonce = nonce;
  for (std::uint64_t i = 0; i < transactions; ++i) block.transactions.push_back({{}, ledger::Record{i, "x"}, {}});
  const chain::BlockId id = chain::block_id(block.header);
  const Bytes bytes = chain::encode(block);
  store::WriteBatch batch;
  batch.put(node_store::kBodies, std::string(as_text(id.view())), std::string(as_text(bytes)));
  store::MemoryStore store;
  store.apply(batch);
  return {id, *chain::BlockView::find(store, id)};
}

TEST(TreeCache, AnswersTheSameKeptOrNot) {
  TreeCache cache;
  const Sample full = sample(1, kMinKeptTreeTransactions + 1);
  for (const std::size_t index : {std::size_t{0}, std::size_t{7}, kMinKeptTreeTransactions}) {
    EXPECT_EQ(cache.proof(full.id, full.block, index), proof_of(full.block, index));
  }
  EXPECT_EQ(cache.trees(), 1U);
}

TEST(TreeCache, DoesNotKeepSmallOnes) {
  TreeCache cache;
  const Sample small = sample(1, kMinKeptTreeTransactions - 1);
  EXPECT_EQ(cache.proof(small.id, small.block, 3), proof_of(small.block, 3));
  EXPECT_EQ(cache.trees(), 0U);
}

TEST(TreeCache, ForgetsWhatWasAskedForLongestAgo) {
  TreeCache cache;
  const Sample first = sample(0, chain::kMaxTransactionsPerBlock);
  cache.proof(first.id, first.block, 0);
  const std::size_t fit = kMaxKeptTreesBytes / cache.size_bytes();
  for (std::uint64_t nonce = 1; nonce <= fit + 3; ++nonce) {
    const Sample next = sample(nonce, chain::kMaxTransactionsPerBlock);
    cache.proof(next.id, next.block, 0);
    EXPECT_LE(cache.size_bytes(), kMaxKeptTreesBytes);
  }
  EXPECT_EQ(cache.trees(), fit);
  EXPECT_EQ(cache.proof(first.id, first.block, 1), proof_of(first.block, 1));
}

}  // namespace
}  // namespace suara::api
