// Every rule a header or a block must keep, one function and one RuleError each. The difficulty rule is decided in
// difficulty.hpp; what a transaction may do in the ledger's folder.
#pragma once

#include "common/util/time.hpp"
#include "peer-node/chain/chain_spec.hpp"
#include "peer-node/chain/difficulty.hpp"
#include "peer-node/chain/hashed_block.hpp"
#include "peer-node/ledger/ledger.hpp"

#include <span>

namespace suara::chain {

/// What the ledger's rules need to know of the network.
ledger::Rules ledger_rules(const ChainSpec& spec);

// -- header --

Result<void> check_version(const Header& header);                                              ///< kBadVersion
Result<void> check_height(const Header& header, std::uint64_t parent_height);                  ///< kBadHeight
Result<void> check_bits(const Header& header, std::uint32_t required);                         ///< kBadBits
Result<void> check_work(const Header& header, const BlockId& id);                              ///< kInsufficientWork
Result<void> check_time_above_median(const Header& header, std::uint64_t median_ms);           ///< kTimeTooOld
Result<void> check_time_not_ahead(const Header& header, const ChainSpec& spec, WallTime now);  ///< kTimeTooFarAhead

/// Median time of the last 11 of `ancestors` (fewer near genesis; of an even number the later of the middle two).
std::uint64_t median_time_ms(std::span<const Ancestor> ancestors);

/// All of the above. `ancestors` as required_bits takes them.
Result<void> check_header(const ChainSpec& spec, const Header& header, const BlockId& id,
                          std::span<const Ancestor> ancestors, WallTime now);

// -- block, by itself --

Result<void> check_transactions_root(const HashedBlock& block);                  ///< kBadTransactionsRoot
Result<void> check_transaction_count(const Block& block);                        ///< kTooLarge
Result<void> check_block_size(const ChainSpec& spec, const HashedBlock& block);  ///< kBlockTooLarge
Result<void> check_no_duplicates(const HashedBlock& block);                      ///< kDuplicateTransaction
Result<void> check_statements(const ledger::Rules& rules, const Block& block);   ///< what ledger::check_statement says

/// All of the above, the root first: a body with another root says nothing about its header.
Result<void> check_block(const ChainSpec& spec, const ledger::Rules& rules, const HashedBlock& block);

}  // namespace suara::chain
