// Signing as organiser, and waiting until the chain has it.
#pragma once

#include "common/client/confirmation.hpp"
#include "common/client/node_api.hpp"
#include "common/client/program.hpp"
#include "peer-node/ledger/transaction.hpp"

#include <string>

namespace suara::admin {

using client::kConfirmationTimeout;
using client::wait_for_block;

/// --key, or on the dev network the published organiser key. Throws Failure kUsage, kConfiguration, kPermission.
PrivateKey organiser_key(const client::Invocation& invocation, const NetworkId& network);

/// Signs and submits; the transaction's id in hex. Throws Failure.
std::string submit(client::NodeApi& node, const PrivateKey& key, const NetworkId& network, ledger::Statement statement);

}  // namespace suara::admin
