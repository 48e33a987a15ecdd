// Whether a transaction that a node has taken came into the chain.
#pragma once

#include "common/client/node_api.hpp"

#include <chrono>
#include <string>

namespace suara::client {

/// How long a command waits for the next blocks before it gives up. The transaction stays where it is.
inline constexpr std::chrono::seconds kConfirmationTimeout{120};

/// Returns when the node's best chain holds the transaction. Throws Failure: kRefused with the node's reason when the
/// transaction left without a block, kUnavailable when nobody answers, or "not_confirmed" after kConfirmationTimeout.
void wait_for_block(NodeApi& node, const std::string& transaction_id);

}  // namespace suara::client
