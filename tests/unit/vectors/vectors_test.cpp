// The published vectors against this code. After a deliberate change of the format, SUARA_WRITE_VECTORS=1 in the
// environment rewrites the files (signatures anew) instead of comparing them.
#include "tests/unit/vectors/vectors.hpp"

#include "common/store/memory_store.hpp"
#include "common/util/hex.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/chain/seal.hpp"
#include "peer-node/chain/work.hpp"
#include "peer-node/ledger/ledger.hpp"
#include "tests/unit/vectors/common.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace suara::vectors {
namespace {

namespace json = boost::json;

std::string path_of(const std::string& name) { return std::string(SUARA_VECTORS_DIRECTORY) + "/" + name + ".json"; }

bool rewriting() { return std::getenv("SUARA_WRITE_VECTORS") != nullptr; }  // NOLINT(concurrency-mt-unsafe)

std::string read(const std::string& name) {
  std::ifstream file(path_of(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void expect_published(const std::string& name, const json::value& made) {
  if (rewriting()) {
    std::ofstream(path_of(name), std::ios::binary) << to_text(made);
  }
  EXPECT_EQ(read(name), to_text(made)) << path_of(name);
}

/// None while the file is rewritten: then they are made afresh.
std::vector<Signature> published_signatures(const std::string& name) {
  if (rewriting()) return {};
  const json::value published = json::parse(read(name));
  return signatures_in(published.as_array());
}

Bytes bytes_of(const json::value& hex) { return from_hex(std::string_view(hex.as_string())).value(); }

TEST(Vectors, Headers) { expect_published("headers", make_headers()); }
TEST(Vectors, MerkleTrees) { expect_published("merkle", make_merkle_trees()); }
TEST(Vectors, CompactTargets) { expect_published("targets", make_targets()); }
TEST(Vectors, Difficulty) { expect_published("difficulty", make_difficulties()); }
TEST(Vectors, ChainSpecifications) { expect_published("chain_specs", make_chain_specs()); }

TEST(Vectors, Transactions) {
  expect_published("transactions", make_transactions(published_signatures("transactions")));
  const json::value published = json::parse(read("transactions"));
  for (const json::value& entry : published.as_array()) {
    const Bytes encoding = bytes_of(entry.at("encoding"));
    const auto transaction = ledger::decode_transaction(encoding);
    ASSERT_TRUE(transaction) << entry.at("statement");
    EXPECT_EQ(ledger::encode(*transaction), encoding);
    EXPECT_TRUE(ledger::signature_holds(*transaction, chain::network_id(network()))) << entry.at("statement");
    const ledger::Rules rules{network().organisers, network().max_record_size_bytes};
    EXPECT_TRUE(ledger::check_statement(rules, *transaction)) << entry.at("statement");
  }
}

TEST(Vectors, SealsHoldOnTheNetworkThatListsTheirMiners) {
  expect_published("seals", make_seals(published_signatures("seals")));
  const json::value published = json::parse(read("seals"));
  const chain::ChainSpec& spec = permissioned_network();
  for (const json::value& entry : published.as_array()) {
    const Bytes encoding = bytes_of(entry.at("encoding"));
    const auto sealed = chain::decode_sealed_header(spec, encoding);
    ASSERT_TRUE(sealed);
    EXPECT_EQ(chain::encode(*sealed), encoding);
    EXPECT_TRUE(chain::check_miner(spec, *sealed));
    const chain::BlockId id = chain::block_id(sealed->header);
    EXPECT_TRUE(chain::check_seal(chain::network_id(spec), id, *sealed->seal));
    EXPECT_EQ(chain::check_seal(chain::network_id(network()), id, *sealed->seal).error(), chain::RuleError::kBadSeal);
  }
}

void expect_valid_on_genesis(const chain::ChainSpec& spec, const chain::Block& block) {
  EXPECT_EQ(block.header.previous, chain::block_id(chain::genesis_block(spec).header));
  EXPECT_TRUE(chain::meets_target(chain::block_id(block.header), *chain::target_of(block.header.bits)));
  const store::MemoryStore empty;
  store::Draft draft(empty);
  const ledger::Rules rules{spec.organisers, spec.max_record_size_bytes};
  const ledger::BlockContext context{chain::block_id(block.header), 1, block.header.time_ms};
  EXPECT_FALSE(ledger::apply_block(rules, block.transactions, context, draft).error);
  for (const auto& transaction : block.transactions)
    EXPECT_TRUE(ledger::signature_holds(transaction, chain::network_id(spec)));
}

TEST(Vectors, BlockIsValidOnItsGenesis) {
  const json::value transactions = json::parse(read("transactions"));
  expect_published("block", make_block(signatures_in(transactions.as_array())));
  const json::value published = json::parse(read("block"));
  const auto block = chain::decode_block(bytes_of(published.at("encoding")));
  ASSERT_TRUE(block);
  expect_valid_on_genesis(network(), *block);
}

TEST(Vectors, SealedBlockIsValidOnItsGenesisAndItsSealHolds) {
  std::vector<Signature> signatures;
  if (!rewriting()) {
    const json::value kept = json::parse(read("sealed_block"));
    signatures = signatures_in(kept.at("transactions").as_array());
    signatures.push_back(signatures_in({kept.at("seal")}).front());
  }
  expect_published("sealed_block", make_sealed_block(signatures));
  const json::value published = json::parse(read("sealed_block"));
  const auto block = chain::decode_block(bytes_of(published.at("encoding")));
  const auto seal = chain::decode_seal(bytes_of(published.at("seal").at("encoding")));
  ASSERT_TRUE(block && seal);
  const chain::ChainSpec& spec = permissioned_network();
  expect_valid_on_genesis(spec, *block);
  EXPECT_TRUE(chain::check_miner(spec, {block->header, *seal}));
  EXPECT_TRUE(chain::check_seal(chain::network_id(spec), chain::block_id(block->header), *seal));
}

}  // namespace
}  // namespace suara::vectors
