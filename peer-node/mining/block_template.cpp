#include "peer-node/mining/block_template.hpp"

#include "peer-node/chain/merkle.hpp"

#include <utility>

namespace suara::mining {

chain::Block block_template(const chain::ChainState& chain, const mempool::Mempool& mempool,
                            const store::StoreView& view, WallTime now) {
  chain::Block block;
  block.header = chain.next_header(view, {}, now);
  mempool::Selection selected = mempool.select(view, from_unix_ms(block.header.time_ms));
  block.transactions = std::move(selected.transactions);
  block.header.transactions_root = chain::merkle_root(std::move(selected.leaves));
  return block;
}

}  // namespace suara::mining
