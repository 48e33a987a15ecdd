// The best chain in the shape the book gives it, read-only: one classic block per vote of one election, the newest,
// with our ids as hashes.
#pragma once

#include "common/store/store_view.hpp"
#include "peer-node/chain/chain_state.hpp"

#include <string>

namespace suara::classic {

/// The answer to request_blockchain, one line with its newline, within kMaxAnswerSizeBytes.
std::string blockchain_line(const chain::ChainState* chain, const store::StoreView& view);

}  // namespace suara::classic
