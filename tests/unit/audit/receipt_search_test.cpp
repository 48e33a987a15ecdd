#include "peer-node/audit/receipt_search.hpp"

#include "tests/unit/audit/bundle_fixture.hpp"

namespace suara::audit {
namespace {

class ReceiptSearchTest : public BundleTest {
 protected:
  [[nodiscard]] Receipt receipt_of(const chain::Block& block) const {
    Receipt receipt;
    receipt.network = chain::network_id(spec_);
    receipt.header = block.header;
    return receipt;
  }

  static Result<std::uint64_t> search(const Receipt& receipt, const std::vector<BundleLine>& lines) {
    ReceiptSearch search(receipt);
    for (const auto& line : lines) SUARA_TRY(search.take(encode_line(line)));
    return search.confirmations();
  }
};

TEST_F(ReceiptSearchTest, CountsHowDeepTheBlockIs) {
  for (const bool with_blocks : {true, false}) {
    EXPECT_EQ(*search(receipt_of(blocks_[4]), bundle(with_blocks)), 1U);
    EXPECT_EQ(*search(receipt_of(blocks_[2]), bundle(with_blocks)), 3U);
    EXPECT_EQ(*search(receipt_of({genesis_, {}}), bundle(with_blocks)), 6U);
  }
}

TEST_F(ReceiptSearchTest, TellsAnotherBranchFromAChainThatIsTooShort) {
  const auto lines = bundle(false);
  const auto sibling = mine_block(blocks_[1].header, {vote(9, 0)});
  EXPECT_TRUE(search(receipt_of(sibling), lines).error() == AuditError::kNotInChain);
  const auto child = mine_block(blocks_[4].header, {vote(9, 0)});
  EXPECT_TRUE(search(receipt_of(child), lines).error() == AuditError::kAboveChain);
}

TEST_F(ReceiptSearchTest, ChecksTheChainItIsGiven) {
  const auto receipt = receipt_of(blocks_[2]);
  auto lines = bundle(true);
  lines.pop_back();
  EXPECT_TRUE(search(receipt, lines).error() == AuditError::kTruncated);
  lines = bundle(true);
  lines.erase(lines.begin() + 1);
  EXPECT_TRUE(search(receipt, lines).error() == AuditError::kNotLinked);
  lines = bundle(true);
  lines.erase(lines.end() - 2);
  EXPECT_TRUE(search(receipt, lines).error() == AuditError::kWrongTip);
  lines = bundle(true);
  lines.erase(lines.begin());
  EXPECT_TRUE(search(receipt, lines).error() == AuditError::kUnexpectedLine);
  auto elsewhere = receipt;
  elsewhere.network = NetworkId();
  EXPECT_TRUE(search(elsewhere, bundle(true)).error() == AuditError::kOtherNetwork);
}

}  // namespace
}  // namespace suara::audit
