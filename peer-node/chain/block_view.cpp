#include "peer-node/chain/block_view.hpp"

#include "common/util/byte_reader.hpp"
#include "common/util/check.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/ledger/limits.hpp"
#include "peer-node/store/schema.hpp"

namespace suara::chain {

std::optional<BlockView> BlockView::find(const store::StoreView& view, const BlockId& id) {
  auto encoded = view.get(node_store::kBodies, as_text(id.view()));
  return encoded ? std::optional(BlockView(*std::move(encoded))) : std::nullopt;
}

// All of it was checked before it was stored.
BlockView::BlockView(std::string encoded) : encoded_(std::make_unique<const std::string>(std::move(encoded))) {
  ByteReader reader(as_bytes(*encoded_));
  const auto header = decode_header(reader.raw(kHeaderSizeBytes));
  CHECK(header.has_value());
  header_ = *header;
  const std::uint32_t count = reader.count(kMaxTransactionsPerBlock, sizeof(std::uint32_t) + kMinTransactionSizeBytes);
  transactions_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) transactions_.push_back(reader.sized(ledger::kMaxTransactionSizeBytes));
  CHECK(reader.finished());
}

ledger::Transaction BlockView::transaction(std::size_t index) const {
  CHECK(index < transactions_.size());
  auto transaction = ledger::decode_transaction(transactions_[index]);
  CHECK(transaction.has_value());
  return *std::move(transaction);
}

}  // namespace suara::chain
