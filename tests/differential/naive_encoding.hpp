// The canonical encoding once more, written from proto-docs/encoding.md alone and as simply as can be: what the naive
// twin hashes. Shares types and SHA-256 with the product, nothing else.
#pragma once

#include "peer-node/chain/block.hpp"

#include <string>

namespace suara::differential {

std::string encoded(const chain::Header& header);
std::string encoded(const chain::Block& block);
/// Without the signature.
std::string encoded_body(const ledger::Transaction& transaction);
std::string encoded(const ledger::Transaction& transaction);

chain::BlockId id_of(const chain::Header& header);
ledger::TransactionId id_of(const ledger::Transaction& transaction);
/// RFC 6962's tree by its recursive definition.
Hash256 root_of(const std::vector<ledger::Transaction>& transactions);

}  // namespace suara::differential
