#include "peer-node/sync/partial_block.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/rule_error.hpp"

namespace suara::sync {

PartialBlock::PartialBlock(const chain::Header& header, std::vector<Hash256> leaves, const Find& find)
    : header_(header), leaves_(std::move(leaves)), transactions_(leaves_.size()) {
  for (std::uint32_t place = 0; place < leaves_.size(); ++place) {
    if (const ledger::Transaction* waiting = find(leaves_[place])) {
      transactions_[place] = *waiting;
    } else {
      missing_.push_back(place);
    }
  }
}

Result<void> PartialBlock::supply(const std::vector<Bytes>& transactions) {
  if (transactions.size() != missing_.size()) return Error(chain::RuleError::kBadTransactionsRoot);
  std::vector<ledger::Transaction> decoded;
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    if (chain::leaf_hash(transactions[i]) != leaves_[missing_[i]]) {
      return Error(chain::RuleError::kBadTransactionsRoot);
    }
    auto transaction = ledger::decode_transaction(transactions[i]);
    if (!transaction) return transaction.error();
    decoded.push_back(std::move(*transaction));
  }
  for (std::size_t i = 0; i < decoded.size(); ++i) transactions_[missing_[i]] = std::move(decoded[i]);
  missing_.clear();
  return {};
}

chain::Block PartialBlock::take() {
  CHECK(missing_.empty());
  return {header_, std::move(transactions_)};
}

}  // namespace suara::sync
