#include "tests/unit/audit/bundle_fixture.hpp"

namespace suara::audit {
namespace {

class ReceiptTest : public BundleTest {
 protected:
  ReceiptTest() {
    const auto& block = blocks_[2];
    const auto line = proven(block, 2);
    receipt_ = {.network = chain::network_id(spec_),
                .spec = spec_,
                .id = ledger::transaction_id(line.transaction),
                .transaction = line.transaction,
                .header = block.header,
                .seal = std::nullopt,
                .index = line.index,
                .transaction_count = line.transaction_count,
                .path = line.path};
  }

  template <class E>
  void expect(E error, const Receipt& receipt) {
    const auto checked = check_receipt(receipt);
    ASSERT_FALSE(checked);
    EXPECT_TRUE(checked.error() == error) << checked.error().message();
  }

  Receipt receipt_;
};

TEST_F(ReceiptTest, HoldsAfterItWasWrittenAndRead) {
  const auto read = decode_receipt(encode_receipt(receipt_));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(encode_receipt(*read), encode_receipt(receipt_));
  EXPECT_TRUE(check_receipt(*read));
}

TEST_F(ReceiptTest, ShowsWhatWasChanged) {
  auto changed = receipt_;
  changed.spec.name = "other";
  expect(AuditError::kWrongNetwork, changed);
  changed = receipt_;
  changed.id = ledger::TransactionId();
  expect(AuditError::kWrongTransactionId, changed);
  changed = receipt_;
  std::get<ledger::CastVote>(changed.transaction.statement).candidate = 0;
  expect(AuditError::kWrongTransactionId, changed);
  changed.id = ledger::transaction_id(changed.transaction);
  expect(RuleError::kBadSignature, changed);
  changed = receipt_;
  changed.transaction = vote(2, 1);  // signed again: as valid, and another leaf
  expect(AuditError::kBadProof, changed);
  for (const auto& [index, count] : {std::pair{1U, 3U}, {2U, 4U}, {3U, 3U}, {0U, 0U}}) {
    changed = receipt_;
    changed.index = index;
    changed.transaction_count = count;
    expect(AuditError::kBadProof, changed);
  }
  changed = receipt_;
  changed.path.pop_back();
  expect(AuditError::kBadProof, changed);
  changed = receipt_;
  changed.header.bits = chain::bits_of_leading_zeros(1);
  expect(RuleError::kBadBits, changed);
  changed = receipt_;
  while (chain::meets_target(chain::block_id(changed.header), *chain::target_of(changed.header.bits)))
    ++changed.header.nonce;
  expect(RuleError::kInsufficientWork, changed);
  changed = receipt_;
  changed.seal = *suara::testing::sealed(spec_, changed.header).seal;
  expect(AuditError::kSuperfluousSeal, changed);
}

TEST_F(ReceiptTest, ThatIsNoneSaysWhatIsMissing) {
  EXPECT_TRUE(decode_receipt("").error() == AuditError::kBadLine);
  EXPECT_TRUE(decode_receipt(R"({"type":"header"})").error() == AuditError::kBadLine);
  const std::string text = encode_receipt(receipt_);
  for (const char* name :
       {"version", "network", "id", "transaction", "header", "index", "transaction_count", "path", "spec"}) {
    std::string without = text;
    without.insert(without.find("\"" + std::string(name) + "\":") + 1, "_");
    const auto read = decode_receipt(without);
    ASSERT_FALSE(read) << name;
    EXPECT_NE(read.error().message().find(name), std::string::npos) << read.error().message();
  }
  std::string later = text;
  later.replace(later.find("\"version\":1"), 11, "\"version\":9");
  EXPECT_TRUE(decode_receipt(later).error() == AuditError::kUnknownVersion);
}

}  // namespace
}  // namespace suara::audit
