// A chain on a machine's disk before its node starts, so that nobody has to mine or fetch it.
#pragma once

#include "common/store/store_view.hpp"
#include "peer-node/chain/block.hpp"
#include "peer-node/chain/chain_spec.hpp"

#include <vector>

namespace suara::sim {

/// What a node that has taken these valid blocks has in its database.
store::WriteBatch database_with(const chain::ChainSpec& spec, const std::vector<chain::Block>& blocks);

}  // namespace suara::sim
