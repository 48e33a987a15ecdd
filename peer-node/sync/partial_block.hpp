// A block that came as its header and the leaves of its Merkle tree, on its way to being whole. The caller has checked
// that the leaves have the header's root: from then on every transaction is known by its leaf, signature included, and
// nobody can pass another for it. (A transaction's id does not cover its signature: of one id there may be several.)
#pragma once

#include "common/util/result.hpp"
#include "peer-node/chain/block.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace suara::sync {

class PartialBlock {
 public:
  /// What the mempool has of a leaf, or null.
  using Find = std::function<const ledger::Transaction*(const Hash256& leaf)>;

  PartialBlock(const chain::Header& header, std::vector<Hash256> leaves, const Find& find);

  /// Places of the transactions that are missing, ascending.
  [[nodiscard]] const std::vector<std::uint32_t>& missing() const { return missing_; }
  /// Those that were missing, in that order, encoded. Errors: RuleError kBadTransactionsRoot when they are not these;
  /// then nothing has changed.
  Result<void> supply(const std::vector<Bytes>& transactions);
  /// Once nothing is missing, and only once.
  [[nodiscard]] chain::Block take();

 private:
  chain::Header header_;
  std::vector<Hash256> leaves_;
  std::vector<ledger::Transaction> transactions_;  // in the places that are missing: anything
  std::vector<std::uint32_t> missing_;
};

}  // namespace suara::sync
