// The block a miner works on: the tip's successor with the transactions that wait.
#pragma once

#include "peer-node/chain/block.hpp"
#include "peer-node/chain/chain_state.hpp"
#include "peer-node/mempool/mempool.hpp"

namespace suara::mining {

/// Complete but for the nonce. Valid on the tip of `chain`, whose state `view` holds; without transactions when none
/// that wait can be in a block at this time.
chain::Block block_template(const chain::ChainState& chain, const mempool::Mempool& mempool,
                            const store::StoreView& view, WallTime now);

}  // namespace suara::mining
