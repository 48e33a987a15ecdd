#include "peer-node/chain/hashed_block.hpp"

#include "common/util/byte_reader.hpp"
#include "common/util/check.hpp"
#include "peer-node/chain/merkle.hpp"

#include <utility>

namespace suara::chain {

HashedBlock::HashedBlock(Block block, std::string encoded)
    : block_(std::move(block)), id_(block_id(block_.header)), encoded_(std::move(encoded)) {
  transaction_ids_.reserve(block_.transactions.size());
  leaves_.reserve(block_.transactions.size());
  ByteReader in(as_bytes(encoded_));
  in.raw(kHeaderSizeBytes);
  in.u32();  // how many
  for (std::size_t i = 0; i < block_.transactions.size(); ++i) {
    const ByteView transaction = in.sized(encoded_.size());
    transaction_ids_.push_back(ledger::transaction_id(transaction));
    leaves_.push_back(leaf_hash(transaction));
  }
  CHECK(in.finished());
}

Result<HashedBlockPtr> HashedBlock::decode(ByteView bytes) {
  auto block = decode_block(bytes);
  if (!block) return block.error();
  return of(*std::move(block), bytes);
}

HashedBlockPtr HashedBlock::of(Block block) {
  const Bytes encoded = encode(block);
  return of(std::move(block), encoded);
}

HashedBlockPtr HashedBlock::of(Block block, ByteView encoded) {
  return HashedBlockPtr(new HashedBlock(std::move(block), std::string(as_text(encoded))));
}

}  // namespace suara::chain
