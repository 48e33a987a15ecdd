#include "peer-node/chain/hashed_block.hpp"

#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "tests/support/chain_builder.hpp"

#include <gtest/gtest.h>

namespace suara::chain {
namespace {

using testing::easy_spec;
using testing::mine_block;

Block block_of_records(std::size_t count) {
  std::vector<ledger::Transaction> records;
  for (std::size_t i = 0; i < count; ++i) {
    records.push_back(testing::record(easy_spec(), testing::voter_key(1), i, std::string(i, 'x')));
  }
  return mine_block(genesis_block(easy_spec()).header, std::move(records));
}

TEST(HashedBlock, KnowsWhatItsPartsSay) {
  const Block block = block_of_records(5);
  const auto hashed = HashedBlock::of(block);
  EXPECT_EQ(hashed->block(), block);
  EXPECT_EQ(hashed->id(), block_id(block.header));
  EXPECT_EQ(hashed->encoded(), as_text(encode(block)));
  ASSERT_EQ(hashed->transaction_ids().size(), 5U);
  ASSERT_EQ(hashed->leaves().size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(hashed->transaction_ids()[i], ledger::transaction_id(block.transactions[i]));
    EXPECT_EQ(hashed->leaves()[i], leaf_hash(ledger::encode(block.transactions[i])));
  }
}

TEST(HashedBlock, IsTheSameDecoded) {
  for (const std::size_t count : {0U, 1U, 4U}) {
    const auto made = HashedBlock::of(block_of_records(count));
    const auto decoded = HashedBlock::decode(as_bytes(made->encoded()));
    ASSERT_TRUE(decoded);
    EXPECT_EQ((*decoded)->block(), made->block());
    EXPECT_EQ((*decoded)->id(), made->id());
    EXPECT_EQ((*decoded)->encoded(), made->encoded());
    EXPECT_EQ((*decoded)->transaction_ids(), made->transaction_ids());
    EXPECT_EQ((*decoded)->leaves(), made->leaves());
  }
}

TEST(HashedBlock, RefusesWhatIsNoBlock) {
  std::string bytes = HashedBlock::of(block_of_records(2))->encoded();
  bytes.push_back('\0');
  EXPECT_EQ(HashedBlock::decode(as_bytes(bytes)).error(), RuleError::kBadEncoding);
  bytes.resize(bytes.size() - 2);
  EXPECT_EQ(HashedBlock::decode(as_bytes(bytes)).error(), RuleError::kBadEncoding);
}

}  // namespace
}  // namespace suara::chain
