// Looks for a receipt's block in a chain of headers: any bundle, line by line. The headers are checked from genesis up;
// whatever else is in the bundle is not.
#pragma once

#include "peer-node/audit/header_chain.hpp"
#include "peer-node/audit/receipt.hpp"

#include <optional>

namespace suara::audit {

class ReceiptSearch {
 public:
  explicit ReceiptSearch(const Receipt& receipt);

  /// The next line. Errors: AuditError, chain::RuleError; after one only `line_number` is of use.
  Result<void> take(std::string_view line);
  /// How many blocks deep the receipt's is; 1: it is the tip. Errors: AuditError::kTruncated, kNotInChain, kAboveChain.
  Result<std::uint64_t> confirmations() const;

  [[nodiscard]] std::uint64_t line_number() const { return line_number_; }
  [[nodiscard]] const HeaderChain& chain() const { return *chain_; }  ///< once `confirmations` has a value

 private:
  Result<void> add(const chain::SealedHeader& header);

  NetworkId network_;
  chain::BlockId block_;
  std::uint64_t height_;
  std::uint64_t line_number_ = 0;
  std::optional<HeaderChain> chain_;
  bool found_ = false;
  bool ended_ = false;
};

}  // namespace suara::audit
