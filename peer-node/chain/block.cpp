#include "peer-node/chain/block.hpp"

#include "common/util/byte_reader.hpp"
#include "common/util/byte_writer.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/ledger/limits.hpp"

namespace suara::chain {
namespace {

Error failure_of(const ByteReader& reader) {
  const bool too_large = reader.failure() == ByteReader::Failure::kTooLarge;
  return {too_large ? RuleError::kTooLarge : RuleError::kBadEncoding, "block"};
}

}  // namespace

Bytes encode(const Block& block) {
  ByteWriter out;
  out.raw(encode(block.header));
  out.u32(static_cast<std::uint32_t>(block.transactions.size()));
  for (const ledger::Transaction& transaction : block.transactions) out.sized(ledger::encode(transaction));
  return out.take();
}

Result<Block> decode_block(ByteView bytes) {
  if (bytes.size() > kMaxBlockSizeBytes) return Error(RuleError::kTooLarge, "block");
  ByteReader reader(bytes);
  const auto header = decode_header(reader.raw(kHeaderSizeBytes));
  if (!header) return header.error();
  Block block{*header, {}};
  const std::uint32_t count = reader.count(kMaxTransactionsPerBlock, sizeof(std::uint32_t) + kMinTransactionSizeBytes);
  block.transactions.reserve(count);
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const ByteView encoded = reader.sized(ledger::kMaxTransactionSizeBytes);
    if (!reader.ok()) break;
    auto transaction = ledger::decode_transaction(encoded);
    if (!transaction) return transaction.error();
    block.transactions.push_back(*std::move(transaction));
  }
  if (!reader.finished()) return failure_of(reader);
  return block;
}

}  // namespace suara::chain
