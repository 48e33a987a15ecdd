// A small chain with two elections, and the bundles that an honest exporter makes of it.
#pragma once

#include "common/store/memory_store.hpp"
#include "peer-node/audit/audit_error.hpp"
#include "peer-node/audit/bundle_audit.hpp"
#include "peer-node/audit/receipt.hpp"
#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "tests/support/chain_builder.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace suara::audit {

using chain::RuleError;
using suara::testing::election_id;
using suara::testing::mine_block;
using suara::testing::voter_key;

class BundleTest : public ::testing::Test {
 protected:
  BundleTest() : BundleTest(suara::testing::easy_spec()) {}
  explicit BundleTest(chain::ChainSpec spec) : spec_(std::move(spec)), genesis_(chain::genesis_block(spec_).header) {
    const auto closes_at_ms = spec_.genesis_time_ms + 1'000'000;
    open_ = suara::testing::open_election(spec_, {"Alice", "Bob"}, 0, closes_at_ms);
    other_ = suara::testing::open_election(spec_, {"Yes", "No"}, 0, closes_at_ms, "Referendum");
    election_ = election_id(open_);
    add({open_, other_});
    add({});
    add({vote(1, 0), suara::testing::vote(spec_, voter_key(1), election_id(other_), 1), vote(2, 1)});
    add({suara::testing::record(spec_, voter_key(7), 1), vote(3, 1)});
    add({});
  }

  /// A valid block on the tip.
  void add(std::vector<ledger::Transaction> transactions) {
    blocks_.push_back(mine_block(blocks_.empty() ? genesis_ : blocks_.back().header, std::move(transactions)));
  }

  /// On a network that lists miners the two of the permissioned network seal in turn, miner 1 the odd heights.
  [[nodiscard]] std::optional<chain::Seal> seal_of(const chain::Header& header) const {
    if (!chain::lists_miners(spec_)) return std::nullopt;
    return suara::testing::sealed(spec_, header, header.height % 2).seal;
  }

  ledger::Transaction vote(std::uint64_t voter, std::uint16_t candidate) const {
    return suara::testing::vote(spec_, voter_key(voter), election_, candidate);
  }

  [[nodiscard]] TransactionLine proven(const chain::Block& block, std::uint32_t index) const {
    std::vector<Hash256> leaves;
    for (const auto& transaction : block.transactions) leaves.push_back(chain::leaf_hash(ledger::encode(transaction)));
    return {block.transactions[index], index, static_cast<std::uint32_t>(leaves.size()),
            chain::inclusion_proof(leaves, index)};
  }

  /// What the exporter would write of `blocks_`, with the tally that its votes add up to.
  [[nodiscard]] std::vector<BundleLine> bundle(bool with_blocks) const {
    std::vector<BundleLine> lines{BundleHead{chain::network_id(spec_), election_, with_blocks, spec_}};
    store::MemoryStore store;
    store::Draft draft(store);
    for (const auto& block : blocks_) {
      if (with_blocks) {
        lines.emplace_back(BlockLine{block, seal_of(block.header)});
      } else {
        lines.emplace_back(HeaderLine{block.header, seal_of(block.header)});
      }
      for (std::uint32_t i = 0; i < block.transactions.size(); ++i) {
        const auto& transaction = block.transactions[i];
        const auto id = ledger::transaction_id(transaction);
        if (!with_blocks && concerns(transaction.statement, id, election_)) lines.emplace_back(proven(block, i));
        // What a rule refuses is in the bundle all the same: that is for the audit to find.
        (void)ledger::apply({spec_.organisers, spec_.max_record_size_bytes}, transaction,
                            {chain::block_id(block.header), block.header.height, block.header.time_ms}, i, draft);
      }
    }
    const auto& tip = blocks_.back().header;
    lines.emplace_back(
        EndLine{chain::block_id(tip), tip.height, tally_of(draft, *ledger::find_election(draft, election_))});
    return lines;
  }

  Result<Findings> audit(const std::vector<BundleLine>& lines) {
    BundleAudit audit;
    for (const auto& line : lines) {
      const auto taken = audit.take(encode_line(line));
      place_ = audit.place();
      if (!taken) return taken.error();
    }
    return audit.finish();
  }

  template <class Line>
  static Line& nth(std::vector<BundleLine>& lines, std::size_t number) {
    for (auto& line : lines) {
      if (std::holds_alternative<Line>(line) && number-- == 0) return std::get<Line>(line);
    }
    ADD_FAILURE() << "no such line";
    return std::get<Line>(lines.front());
  }

  std::string place_;  ///< where the last audit ended
  chain::ChainSpec spec_;
  chain::Header genesis_;
  ledger::Transaction open_;
  ledger::Transaction other_;
  ledger::ElectionId election_;
  std::vector<chain::Block> blocks_;
};

}  // namespace suara::audit
