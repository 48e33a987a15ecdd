#include "peer-node/chain/rules.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/chain/work.hpp"

#include <algorithm>

namespace suara::chain {

ledger::Rules ledger_rules(const ChainSpec& spec) { return {spec.organisers, spec.max_record_size_bytes}; }

Result<void> check_version(const Header& header) {
  if (header.version != 1) return Error(RuleError::kBadVersion, std::to_string(header.version));
  return {};
}

Result<void> check_height(const Header& header, std::uint64_t parent_height) {
  if (header.height != parent_height + 1) {
    return Error(RuleError::kBadHeight, std::to_string(header.height) + " on " + std::to_string(parent_height));
  }
  return {};
}

Result<void> check_bits(const Header& header, std::uint32_t required) {
  if (header.bits != required) return Error(RuleError::kBadBits, "at height " + std::to_string(header.height));
  return {};
}

Result<void> check_work(const Header& header, const BlockId& id) {
  const auto target = target_of(header.bits);
  if (!target || !meets_target(id, *target)) return Error(RuleError::kInsufficientWork, id.hex());
  return {};
}

Result<void> check_time_above_median(const Header& header, std::uint64_t median_ms) {
  if (header.time_ms <= median_ms) {
    return Error(RuleError::kTimeTooOld, std::to_string(header.time_ms) + " <= " + std::to_string(median_ms));
  }
  return {};
}

Result<void> check_time_not_ahead(const Header& header, const ChainSpec& spec, WallTime now) {
  const auto ahead_ms = static_cast<std::uint64_t>(std::max(kMinTimeAheadMs, 3 * spec.block_interval.count()));
  const std::uint64_t latest_ms = to_unix_ms(now) + ahead_ms;
  if (header.time_ms > latest_ms) {
    return Error(RuleError::kTimeTooFarAhead, std::to_string(header.time_ms) + " > " + std::to_string(latest_ms));
  }
  return {};
}

std::uint64_t median_time_ms(std::span<const Ancestor> ancestors) {
  CHECK(!ancestors.empty());
  ancestors = ancestors.last(std::min(ancestors.size(), kMedianTimeSpanBlocks));
  std::vector<std::uint64_t> times_ms;
  times_ms.reserve(ancestors.size());
  for (const Ancestor& ancestor : ancestors) times_ms.push_back(ancestor.time_ms);
  std::ranges::sort(times_ms);
  return times_ms[times_ms.size() / 2];
}

Result<void> check_header(const ChainSpec& spec, const Header& header, const BlockId& id,
                          std::span<const Ancestor> ancestors, WallTime now) {
  SUARA_TRY(check_version(header));
  SUARA_TRY(check_height(header, ancestors.back().height));
  SUARA_TRY(check_bits(header, required_bits(spec, ancestors)));
  SUARA_TRY(check_work(header, id));
  SUARA_TRY(check_time_above_median(header, median_time_ms(ancestors)));
  SUARA_TRY(check_time_not_ahead(header, spec, now));
  return {};
}

Result<void> check_transactions_root(const HashedBlock& block) {
  if (merkle_root(block.leaves()) != block.header().transactions_root) {
    return Error(RuleError::kBadTransactionsRoot);
  }
  return {};
}

Result<void> check_transaction_count(const Block& block) {
  if (block.transactions.size() > kMaxTransactionsPerBlock) {
    return Error(RuleError::kTooLarge, std::to_string(block.transactions.size()) + " transactions");
  }
  return {};
}

Result<void> check_block_size(const ChainSpec& spec, const HashedBlock& block) {
  const std::size_t size_bytes = block.encoded().size();
  if (size_bytes > spec.max_block_size_bytes) {
    return Error(RuleError::kBlockTooLarge,
                 std::to_string(size_bytes) + " of " + std::to_string(spec.max_block_size_bytes) + " bytes");
  }
  return {};
}

Result<void> check_no_duplicates(const HashedBlock& block) {
  std::vector<ledger::TransactionId> ids = block.transaction_ids();
  std::ranges::sort(ids);
  const auto twice = std::ranges::adjacent_find(ids);
  if (twice != ids.end()) return Error(RuleError::kDuplicateTransaction, twice->hex());
  return {};
}

Result<void> check_statements(const ledger::Rules& rules, const Block& block) {
  for (const ledger::Transaction& transaction : block.transactions) {
    SUARA_TRY(ledger::check_statement(rules, transaction));
  }
  return {};
}

Result<void> check_block(const ChainSpec& spec, const ledger::Rules& rules, const HashedBlock& block) {
  SUARA_TRY(check_transactions_root(block));
  SUARA_TRY(check_transaction_count(block.block()));
  SUARA_TRY(check_block_size(spec, block));
  SUARA_TRY(check_no_duplicates(block));
  SUARA_TRY(check_statements(rules, block.block()));
  return {};
}

}  // namespace suara::chain
