// A header and the transactions its root commits to.
#pragma once

#include "peer-node/chain/header.hpp"
#include "peer-node/ledger/transaction.hpp"

#include <vector>

namespace suara::chain {

struct Block {
  Header header;
  std::vector<ledger::Transaction> transactions;
  friend bool operator==(const Block&, const Block&) = default;
};

/// header ‖ count u32 ‖ (size u32 ‖ transaction) each.
Bytes encode(const Block& block);
/// Sizes and counts are held to their caps before anything is allocated. Signatures are not checked.
Result<Block> decode_block(ByteView bytes);

}  // namespace suara::chain
