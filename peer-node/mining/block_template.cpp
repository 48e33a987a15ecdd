#include "peer-node/mining/block_template.hpp"

#include "peer-node/chain/merkle.hpp"

namespace suara::mining {

chain::Block block_template(const chain::ChainState& chain, const mempool::Mempool& mempool,
                            const store::StoreView& view, WallTime now) {
  chain::Block block;
  block.header = chain.next_header(view, {}, now);
  block.transactions = mempool.select(view, from_unix_ms(block.header.time_ms));
  block.header.transactions_root = chain::transactions_root(block.transactions);
  return block;
}

}  // namespace suara::mining
