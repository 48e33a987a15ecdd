#include "peer-node/audit/receipt_search.hpp"

#include "peer-node/audit/audit_error.hpp"
#include "peer-node/audit/bundle.hpp"
#include "peer-node/audit/limits.hpp"

namespace suara::audit {

ReceiptSearch::ReceiptSearch(const Receipt& receipt)
    : network_(receipt.network), block_(chain::block_id(receipt.header)), height_(receipt.header.height) {}

Result<void> ReceiptSearch::take(std::string_view line) {
  ++line_number_;
  if (line.size() > kMaxLineSizeBytes) return Error(AuditError::kLineTooLong);
  const auto decoded = decode_line(line);
  if (!decoded) return decoded.error();
  if (ended_) return Error(AuditError::kUnexpectedLine, "nothing may follow the line of type \"end\"");
  if (const auto* head = std::get_if<BundleHead>(&*decoded)) {
    if (chain_) return Error(AuditError::kUnexpectedLine, "a line of type \"bundle\" stands first only");
    if (chain::network_id(head->spec) != head->network) return Error(AuditError::kWrongNetwork);
    if (head->network != network_) {
      return Error(AuditError::kOtherNetwork, network_.hex() + " and " + head->network.hex());
    }
    chain_.emplace(head->spec);
    found_ = height_ == 0 && chain_->tip() == block_;
    return {};
  }
  if (!chain_) return Error(AuditError::kUnexpectedLine, "a bundle begins with a line of type \"bundle\"");
  if (const auto* header = std::get_if<HeaderLine>(&*decoded)) return add({header->header, header->seal});
  if (const auto* block = std::get_if<BlockLine>(&*decoded)) return add({block->block.header, block->seal});
  if (const auto* end = std::get_if<EndLine>(&*decoded)) {
    ended_ = true;
    if (end->tip != chain_->tip()) return Error(AuditError::kWrongTip);
  }
  return {};
}

Result<void> ReceiptSearch::add(const chain::SealedHeader& header) {
  SUARA_TRY(chain_->add(header));
  if (chain_->tip() == block_) found_ = true;
  return {};
}

Result<std::uint64_t> ReceiptSearch::confirmations() const {
  if (!ended_) return Error(AuditError::kTruncated);
  if (height_ > chain_->height()) {
    return Error(AuditError::kAboveChain, "the block is at height " + std::to_string(height_) + ", the chain ends at " +
                                              std::to_string(chain_->height()) + "; it may be a newer one's");
  }
  if (!found_) return Error(AuditError::kNotInChain, "at height " + std::to_string(height_) + " it has another one");
  return chain_->height() - height_ + 1;
}

}  // namespace suara::audit
