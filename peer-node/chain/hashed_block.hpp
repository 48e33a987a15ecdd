// A block with what everybody who handles it asks of it: its id and encoding, its transactions' ids and leaves. Each is
// computed once, here, and shared from the message that brought the block to the ledger, the mempool and the peers.
#pragma once

#include "peer-node/chain/block.hpp"

#include <memory>
#include <string>
#include <vector>

namespace suara::chain {

/// Never changes. Holds the block twice, as values and encoded.
class HashedBlock {
 public:
  /// Errors: as decode_block's.
  static Result<std::shared_ptr<const HashedBlock>> decode(ByteView bytes);
  static std::shared_ptr<const HashedBlock> of(Block block);
  /// `encoded`: what it was decoded from.
  static std::shared_ptr<const HashedBlock> of(Block block, ByteView encoded);

  [[nodiscard]] const Block& block() const { return block_; }
  [[nodiscard]] const Header& header() const { return block_.header; }
  [[nodiscard]] const std::vector<ledger::Transaction>& transactions() const { return block_.transactions; }

  [[nodiscard]] const BlockId& id() const { return id_; }
  [[nodiscard]] const std::string& encoded() const { return encoded_; }  ///< what chain::encode gives
  /// Both in the order of the transactions.
  [[nodiscard]] const std::vector<ledger::TransactionId>& transaction_ids() const { return transaction_ids_; }
  [[nodiscard]] const std::vector<Hash256>& leaves() const { return leaves_; }

 private:
  HashedBlock(Block block, std::string encoded);

  Block block_;
  BlockId id_;
  std::string encoded_;
  std::vector<ledger::TransactionId> transaction_ids_;
  std::vector<Hash256> leaves_;
};

using HashedBlockPtr = std::shared_ptr<const HashedBlock>;

}  // namespace suara::chain
