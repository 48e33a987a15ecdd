// Bundles and receipts of a network that lists its miners: every seal is looked at, and each way to spoil one is found.
#include "tests/unit/audit/bundle_fixture.hpp"

#include "common/util/hex.hpp"
#include "peer-node/audit/bundle_diff.hpp"
#include "peer-node/audit/receipt_search.hpp"

namespace suara::audit {
namespace {

using suara::testing::miner_key;

class SealedBundleTest : public BundleTest {
 protected:
  SealedBundleTest() : BundleTest(suara::testing::permissioned_spec()) {}

  [[nodiscard]] chain::Seal sealed_by(const PrivateKey& miner, const chain::Block& block) const {
    return chain::make_seal(miner, chain::network_id(spec_), chain::block_id(block.header));
  }

  /// The block at height 3 with this seal, in bundles of both kinds.
  template <class E>
  void expect(E error, const std::optional<chain::Seal>& seal, const std::string& words) {
    auto whole = bundle(true);
    nth<BlockLine>(whole, 2).seal = seal;
    expect_at("line 4, block 2", error, whole, words);
    auto proofs = bundle(false);
    nth<HeaderLine>(proofs, 2).seal = seal;
    expect_at("line 5, block 2", error, proofs, words);
  }

  template <class E>
  void expect_at(const std::string& place, E error, const std::vector<BundleLine>& lines, const std::string& words) {
    const auto found = audit(lines);
    ASSERT_FALSE(found);
    EXPECT_TRUE(found.error() == error) << found.error().name() << ": " << found.error().message();
    EXPECT_EQ(place_, place);
    EXPECT_NE(found.error().message().find(words), std::string::npos) << found.error().message();
  }

  [[nodiscard]] Receipt receipt() const {
    const auto line = proven(blocks_[2], 2);
    return {.network = chain::network_id(spec_),
            .spec = spec_,
            .id = ledger::transaction_id(line.transaction),
            .transaction = line.transaction,
            .header = blocks_[2].header,
            .seal = seal_of(blocks_[2].header),
            .index = line.index,
            .transaction_count = line.transaction_count,
            .path = line.path};
  }
};

TEST_F(SealedBundleTest, IsRecountedAndSaysWhoSealedHowManyBlocks) {
  for (const bool with_blocks : {true, false}) {
    const auto found = audit(bundle(with_blocks));
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_EQ(found->miners,
              (std::vector<MinerBlocks>{{miner_key(0).public_key(), 2}, {miner_key(1).public_key(), 3}}));
  }
}

TEST_F(SealedBundleTest, ListsAMinerThatSealedNothing) {
  blocks_.resize(1);
  const auto found = audit(bundle(true));
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->miners, (std::vector<MinerBlocks>{{miner_key(0).public_key(), 0}, {miner_key(1).public_key(), 1}}));
}

TEST_F(SealedBundleTest, FindsASealThatIsMissing) {
  expect(AuditError::kMissingSeal, std::nullopt, chain::block_id(blocks_[2].header).hex());
}

TEST_F(SealedBundleTest, FindsASealOfAKeyThatIsNotListed) {
  const auto stranger = miner_key(2);
  expect(RuleError::kUnlistedMiner, sealed_by(stranger, blocks_[2]), to_hex(stranger.public_key().view()));
}

TEST_F(SealedBundleTest, FindsASealThatDoesNotHold) {
  const std::string id = chain::block_id(blocks_[2].header).hex();
  expect(RuleError::kBadSeal, sealed_by(miner_key(1), blocks_[1]), id);
  auto seal = sealed_by(miner_key(1), blocks_[2]);
  seal.signature.bytes[40] ^= 1;
  expect(RuleError::kBadSeal, seal, id);
  seal = sealed_by(miner_key(1), blocks_[2]);
  seal.miner = miner_key(0).public_key();
  expect(RuleError::kBadSeal, seal, id);
  const NetworkId other = chain::network_id(suara::testing::easy_spec());
  expect(RuleError::kBadSeal, chain::make_seal(miner_key(1), other, chain::block_id(blocks_[2].header)), id);
}

TEST_F(SealedBundleTest, MayBearTheSealOfAnyListedMiner) {
  auto lines = bundle(true);
  nth<BlockLine>(lines, 2).seal = sealed_by(miner_key(0), blocks_[2]);
  EXPECT_TRUE(audit(lines));
}

TEST_F(SealedBundleTest, LinesHaveOneSpelling) {
  for (const bool with_blocks : {true, false}) {
    const std::string text = encode_line(bundle(with_blocks)[1]);
    const auto member = text.substr(text.find(R"(,"seal":")"), 9 + 2 * chain::kSealSizeBytes + 1);
    EXPECT_EQ(encode_line(*decode_line(text)), text);
    std::string other = text;
    other.erase(other.find(member), member.size()).insert(other.find(','), member);
    EXPECT_TRUE(decode_line(other).error() == AuditError::kNotCanonical) << other;
    other = text;
    other.replace(other.find(member), member.size(), R"(,"seal":null)");
    EXPECT_TRUE(decode_line(other).error() == AuditError::kNotCanonical) << other;
    other = text;
    other.erase(other.size() - 4, 2);
    EXPECT_TRUE(decode_line(other).error() == AuditError::kBadLine) << other;
    EXPECT_NE(decode_line(other).error().message().find("256 hexadecimal digits"), std::string::npos);
    other = text;
    other.replace(other.find(member) + 9, 2, "zz");
    EXPECT_TRUE(decode_line(other).error() == AuditError::kBadLine) << other;
  }
}

TEST_F(SealedBundleTest, OfAnotherMinersSealsIsTheSameChain) {
  const auto mine = bundle(true);
  auto theirs = bundle(false);
  for (const std::size_t i : {1U, 2U}) nth<HeaderLine>(theirs, i).seal = sealed_by(miner_key(0), blocks_[i]);
  BundleDiff diff;
  std::array<std::size_t, 2> at{};
  while (const auto side = diff.wants()) {
    diff.take(*side, (*side == Side::kLeft ? mine : theirs).at(at[static_cast<std::size_t>(*side)]++));
  }
  const auto difference = diff.result();
  EXPECT_FALSE(difference.contradicts());
  EXPECT_EQ(difference.common_height, 5U);
  EXPECT_EQ(difference.sealed_otherwise, 1U) << "block 2 is miner 0's in both, block 3 is not";
}

TEST_F(SealedBundleTest, ReceiptHoldsAfterItWasWrittenAndRead) {
  const std::string text = encode_receipt(receipt());
  const auto read = decode_receipt(text);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(encode_receipt(*read), text);
  EXPECT_TRUE(check_receipt(*read));
}

TEST_F(SealedBundleTest, ReceiptShowsASealThatWasChanged) {
  const auto expect_error = [&](auto error, const std::optional<chain::Seal>& seal) {
    auto changed = receipt();
    changed.seal = seal;
    const auto checked = check_receipt(changed);
    ASSERT_FALSE(checked);
    EXPECT_TRUE(checked.error() == error) << checked.error().message();
  };
  expect_error(AuditError::kMissingSeal, std::nullopt);
  expect_error(RuleError::kUnlistedMiner, sealed_by(miner_key(2), blocks_[2]));
  expect_error(RuleError::kBadSeal, sealed_by(miner_key(0), blocks_[1]));
}

TEST_F(SealedBundleTest, ReceiptIsFoundInAChainWhoseSealsAreChecked) {
  const auto search = [&](const std::vector<BundleLine>& lines) -> Result<std::uint64_t> {
    ReceiptSearch searching(receipt());
    for (const auto& line : lines) SUARA_TRY(searching.take(encode_line(line)));
    return searching.confirmations();
  };
  for (const bool with_blocks : {true, false}) EXPECT_EQ(*search(bundle(with_blocks)), 3U);
  auto lines = bundle(false);
  nth<HeaderLine>(lines, 4).seal.reset();
  EXPECT_TRUE(search(lines).error() == AuditError::kMissingSeal);
}

class OpenBundleTest : public BundleTest {};

TEST_F(OpenBundleTest, BearsNoSeal) {
  const auto seal = chain::make_seal(miner_key(0), chain::network_id(spec_), chain::block_id(blocks_[0].header));
  auto whole = bundle(true);
  nth<BlockLine>(whole, 0).seal = seal;
  auto proofs = bundle(false);
  nth<HeaderLine>(proofs, 0).seal = seal;
  for (const auto& lines : {whole, proofs}) {
    EXPECT_TRUE(audit(lines).error() == AuditError::kSuperfluousSeal);
    EXPECT_EQ(place_, "line 2");
  }
  const auto found = audit(bundle(true));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->miners.empty());
}

}  // namespace
}  // namespace suara::audit
