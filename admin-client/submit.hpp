// Signing as organiser, and waiting until the chain has it.
#pragma once

#include "common/client/node_api.hpp"
#include "common/client/program.hpp"
#include "peer-node/ledger/transaction.hpp"

#include <string>

namespace suara::admin {

/// How long a command waits for the next blocks before it gives up, exit 69. The transaction stays where it is.
inline constexpr std::chrono::seconds kConfirmationTimeout{120};

/// --key, or on the dev network the published organiser key. Throws Failure kUsage, kConfiguration, kPermission.
PrivateKey organiser_key(const client::Invocation& invocation, const NetworkId& network);

/// Signs and submits; the transaction's id in hex. Throws Failure.
std::string submit(client::NodeApi& node, const PrivateKey& key, const NetworkId& network, ledger::Statement statement);

/// Returns when the node's best chain holds the transaction; throws Failure kUnavailable after kConfirmationTimeout.
void wait_for_block(client::NodeApi& node, const std::string& transaction_id);

}  // namespace suara::admin
