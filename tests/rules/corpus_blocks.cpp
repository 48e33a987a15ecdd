// Blocks by themselves and what of their transactions only a block shows.
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rules.hpp"
#include "tests/rules/corpus.hpp"
#include "tests/support/chain_builder.hpp"
#include "tests/support/chain_driver.hpp"
#include "tests/support/high_s.hpp"

namespace suara::testing {
namespace {

using chain::RuleError;
using Transactions = std::vector<ledger::Transaction>;

chain::ChainSpec roomy() {
  auto spec = easy_spec();
  spec.max_record_size_bytes = 65'536;
  spec.max_block_size_bytes = 3'000;
  return spec;
}

Result<void> block_of(const chain::ChainSpec& spec, Transactions transactions) {
  ChainDriver driver(spec);
  return driver.add(mine_block(driver.genesis(), std::move(transactions)));
}

Result<void> block_of(Transactions transactions) { return block_of(easy_spec(), std::move(transactions)); }

/// One record, such that the block has this many bytes.
Result<void> block_of_size(std::size_t size_bytes) {
  const auto spec = roomy();
  const std::size_t around =
      chain::encode(mine_block(chain::genesis_block(spec).header, {record(spec, voter_key(1), 1, "x")})).size() - 1;
  return block_of(spec, {record(spec, voter_key(1), 1, std::string(size_bytes - around, 'x'))});
}

Result<void> body_of(void (*change)(chain::Block&)) {
  ChainDriver driver(easy_spec());
  auto block = mine_block(driver.genesis(), {record(easy_spec(), voter_key(1), 1), record(easy_spec(), voter_key(2), 2),
                                             record(easy_spec(), voter_key(3), 3)});
  driver.add_header(block.header).value();
  change(block);
  return driver.add_body(block);
}

Result<void> count_of(std::size_t count) { return chain::check_transaction_count({{}, Transactions(count)}); }

Result<void> signed_record(void (*change)(ledger::Transaction&)) {
  auto transaction = record(easy_spec(), voter_key(1), 1);
  change(transaction);
  return block_of({transaction});
}

}  // namespace

std::vector<RuleRow> block_rows() {
  const Play whole = [] { return body_of([](chain::Block&) {}); };
  const Play one_record = [] { return signed_record([](ledger::Transaction&) {}); };
  return {
      {RuleError::kTooLarge, "20,000 transactions", [] { return count_of(chain::kMaxTransactionsPerBlock); }, "20,001",
       [] { return count_of(chain::kMaxTransactionsPerBlock + 1); }},
      {RuleError::kBadTransactionsRoot, "the body the header commits to", whole, "its last transaction left out",
       [] { return body_of([](chain::Block& block) { block.transactions.pop_back(); }); }},
      // Trees that double the last leaf of an odd number have the same root for both (CVE-2012-2459).
      {RuleError::kBadTransactionsRoot, "three transactions", whole, "the last of the three doubled",
       [] { return body_of([](chain::Block& block) { block.transactions.push_back(block.transactions.back()); }); }},
      {RuleError::kBadTransactionsRoot, "in their order", whole, "two exchanged",
       [] { return body_of([](chain::Block& block) { std::swap(block.transactions[0], block.transactions[1]); }); }},
      {RuleError::kBadTransactionsRoot, "with their signatures", whole, "a bit of one flipped",
       [] { return body_of([](chain::Block& block) { block.transactions[1].signature.bytes[0] ^= 1; }); }},
      {RuleError::kBlockTooLarge, "3,000 bytes where 3,000 are allowed", [] { return block_of_size(3'000); }, "3,001",
       [] { return block_of_size(3'001); }},
      {RuleError::kDuplicateTransaction, "two records that differ in their nonce",
       [] { return block_of({record(easy_spec(), voter_key(1), 1), record(easy_spec(), voter_key(1), 2)}); },
       "two that differ in their signature alone",
       [] { return block_of({record(easy_spec(), voter_key(1), 1), record(easy_spec(), voter_key(1), 1)}); }},
      {RuleError::kDuplicateTransaction, "a record with another nonce a block later",
       [] {
         ChainDriver driver(easy_spec());
         const auto first = mine_block(driver.genesis(), {record(easy_spec(), voter_key(1), 1)});
         driver.add(first).value();
         return driver.add(mine_block(first.header, {record(easy_spec(), voter_key(1), 2)}));
       },
       "the same record a block later",
       [] {
         ChainDriver driver(easy_spec());
         const auto first = mine_block(driver.genesis(), {record(easy_spec(), voter_key(1), 1)});
         driver.add(first).value();
         return driver.add(mine_block(first.header, first.transactions));
       }},
      {RuleError::kBadSignature, "the author's signature", one_record, "under another author",
       [] { return signed_record([](ledger::Transaction& t) { t.author = voter_key(2).public_key(); }); }},
      {RuleError::kBadSignature, "over this statement", one_record, "over another",
       [] { return signed_record([](ledger::Transaction& t) { std::get<ledger::Record>(t.statement).nonce += 1; }); }},
      {RuleError::kBadSignature, "a low s", one_record, "the same signature with a high s",
       [] { return signed_record([](ledger::Transaction& t) { t.signature = with_high_s(t.signature); }); }},
      {RuleError::kBadSignature, "for this network", one_record, "for another",
       [] { return block_of({record(permissioned_spec(), voter_key(1), 1)}); }},
  };
}

}  // namespace suara::testing
