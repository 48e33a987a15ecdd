#include "peer-node/audit/bundle_diff.hpp"

#include "tests/unit/audit/bundle_fixture.hpp"

namespace suara::audit {
namespace {

using Lines = std::vector<BundleLine>;

class BundleDiffTest : public BundleTest {
 protected:
  static Difference compare(const Lines& left, const Lines& right) {
    BundleDiff diff;
    std::array<std::size_t, 2> at{};
    while (const auto side = diff.wants()) {
      const auto& lines = *side == Side::kLeft ? left : right;
      diff.take(*side, lines.at(at[static_cast<std::size_t>(*side)]++));
    }
    return diff.result();
  }
};

TEST_F(BundleDiffTest, OfOneChainThereIsNoDifferenceWhicheverKind) {
  for (const bool left : {true, false}) {
    for (const bool right : {true, false}) {
      const auto difference = compare(bundle(left), bundle(right));
      EXPECT_FALSE(difference.contradicts());
      EXPECT_TRUE(difference.same_network && difference.same_election && difference.same_tally());
      EXPECT_EQ(difference.common_height, 5U);
      EXPECT_EQ(difference.sides[0].only_here + difference.sides[1].only_here, 0U);
    }
  }
}

TEST_F(BundleDiffTest, ALaterExportIsFurtherAndNoContradiction) {
  const auto before = bundle(true);
  add({vote(4, 0)});
  add({});
  const auto after = bundle(false);
  for (const bool swapped : {false, true}) {
    const auto difference = swapped ? compare(after, before) : compare(before, after);
    const auto& [older, newer] = difference.sides;
    EXPECT_FALSE(difference.contradicts());
    EXPECT_FALSE(difference.parted);
    EXPECT_FALSE(difference.same_tally());
    EXPECT_EQ(difference.common_height, 5U);
    EXPECT_EQ((swapped ? older : newer).only_here, 1U);
    EXPECT_EQ((swapped ? older : newer).listed, std::vector{ledger::transaction_id(vote(4, 0))});
    EXPECT_EQ((swapped ? newer : older).only_here, 0U);
  }
}

TEST_F(BundleDiffTest, ChainsThatPartSayWhereAndWhatOnlyOneHas) {
  blocks_.resize(3);
  const auto common = blocks_;
  add({vote(4, 0)});
  add({});
  const auto left = bundle(true);
  blocks_ = common;
  add({vote(5, 1), vote(6, 1)});
  const auto right = bundle(true);
  const auto difference = compare(left, right);
  EXPECT_TRUE(difference.contradicts());
  EXPECT_TRUE(difference.parted);
  EXPECT_EQ(difference.common_height, 3U);
  EXPECT_EQ(difference.sides[0].listed, std::vector{ledger::transaction_id(vote(4, 0))});
  EXPECT_EQ(difference.sides[1].only_here, 2U);
  EXPECT_EQ(difference.sides[1].only_here_in_common, 0U);
}

TEST_F(BundleDiffTest, AVoteThatWasLeftOutOfABundleOfTransactionsIsFoundByOneWithBlocks) {
  auto lacking = bundle(false);
  lacking.erase(lacking.end() - 3);
  auto& tally = std::get<EndLine>(lacking.back()).tally;
  --tally.votes;
  --tally.candidates[1].votes;
  ASSERT_TRUE(audit(lacking));
  const auto difference = compare(bundle(true), lacking);
  EXPECT_TRUE(difference.contradicts());
  EXPECT_FALSE(difference.parted);
  EXPECT_FALSE(difference.same_tally());
  EXPECT_EQ(difference.sides[0].only_here_in_common, 1U);
  EXPECT_EQ(difference.sides[0].listed, std::vector{ledger::transaction_id(vote(3, 1))});
}

TEST_F(BundleDiffTest, OtherNetworksAndOtherElectionsAreTold) {
  const auto mine = bundle(true);
  auto other = mine;
  std::get<BundleHead>(other.front()).election = election_id(other_);
  EXPECT_FALSE(compare(mine, other).same_election);
  EXPECT_FALSE(compare(mine, other).contradicts());
  std::get<BundleHead>(other.front()).network = NetworkId();
  EXPECT_TRUE(compare(mine, other).contradicts());
}

}  // namespace
}  // namespace suara::audit
