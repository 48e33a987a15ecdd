// A voter's receipt: a transaction, the header of its block (sealed on networks that list miners), and the Merkle path
// between them, in one JSON document (proto-docs/bundle.md). It shows that the block holds the transaction; that the
// block is in the chain is for whoever has the chain.
#pragma once

#include "peer-node/chain/seal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suara::audit {

struct Receipt {
  NetworkId network;
  chain::ChainSpec spec;
  ledger::TransactionId id;
  ledger::Transaction transaction;
  chain::Header header;
  std::optional<chain::Seal> seal;      ///< on networks that list miners
  std::uint32_t index = 0;              ///< the transaction's place in the block
  std::uint32_t transaction_count = 0;  ///< how many the block has
  std::vector<Hash256> path;            ///< from the leaf up
};

/// Without a line feed.
std::string encode_receipt(const Receipt& receipt);
/// Errors: AuditError::kBadLine, kUnknownVersion. Any JSON spelling is fine; members nobody knows are ignored.
Result<Receipt> decode_receipt(std::string_view text);

/// All that a receipt shows by itself: network id, transaction id, signature, seal, Merkle path, the header's work for
/// the target it names (with the `fixed` rule, that this is the network's target). Errors: AuditError,
/// chain::RuleError.
Result<void> check_receipt(const Receipt& receipt);

}  // namespace suara::audit
