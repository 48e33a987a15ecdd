#include "peer-node/chain/block_view.hpp"
#include "common/store/memory_store.hpp"
#include "peer-node/chain/block.hpp"
#include "peer-node/chain/chain_spec.hpp"
#include "peer-node/store/schema.hpp"

#include <gtest/gtest.h>

namespace suara::chain {
namespace {

Block block_of_records(std::uint64_t count) {
  Block block = genesis_block(dev_chain_spec());
  const PrivateKey key = PrivateKey::from_seed("author");
  for (std::uint64_t i = 0; i < count; ++i) {
    block.transactions.push_back(
        ledger::sign(key, network_id(dev_chain_spec()), ledger::Record{i, std::string(i, 'x')}));
  }
  return block;
}

void put_body(store::MemoryStore& store, const Block& block) {
  const Bytes bytes = encode(block);
  store::WriteBatch batch;
  batch.put(node_store::kBodies, std::string(as_text(block_id(block.header).view())), std::string(as_text(bytes)));
  store.apply(batch);
}

TEST(BlockView, ShowsWhatADecodedBlockHas) {
  for (const std::uint64_t count : {0U, 1U, 5U}) {
    const Block block = block_of_records(count);
    store::MemoryStore store;
    put_body(store, block);
    auto found = BlockView::find(store, block_id(block.header));
    ASSERT_TRUE(found);
    const BlockView view = std::move(*found);  // what it points at moves along
    EXPECT_EQ(Bytes(view.encoded().begin(), view.encoded().end()), encode(block));
    EXPECT_EQ(view.header(), block.header);
    ASSERT_EQ(view.transactions().size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(view.transaction(i), block.transactions[i]);
  }
}

TEST(BlockView, IsNoneOfABlockWithoutBody) {
  EXPECT_FALSE(BlockView::find(store::MemoryStore(), block_id(genesis_block(dev_chain_spec()).header)));
}

}  // namespace
}  // namespace suara::chain
