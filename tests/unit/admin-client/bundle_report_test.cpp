// What is claimed depends on what the bundle holds; nothing more is claimed.
#include "admin-client/bundle_report.hpp"

#include <gmock/gmock.h>

namespace suara::admin {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

audit::Findings findings(bool blocks) {
  audit::Findings found;
  found.blocks = blocks;
  found.height = 7;
  found.transactions = 4;
  found.work = "24";
  found.tally = {"May\033or", false, 10, 3, {{"Alice", 1}, {"Bob", 2}}};
  return found;
}

TEST(BundleReport, ClaimsCompletenessOnlyOfBlocks) {
  const auto left_out = HasSubstr("left out");
  EXPECT_THAT(checked_by(findings(true)), Contains(left_out));
  EXPECT_THAT(unknown_after(findings(true)), Not(Contains(left_out)));
  EXPECT_THAT(checked_by(findings(false)), Not(Contains(left_out)));
  EXPECT_THAT(unknown_after(findings(false)), Contains(left_out));
}

TEST(BundleReport, AlwaysSaysWhatNoBundleCanShow) {
  for (const bool blocks : {true, false}) {
    EXPECT_THAT(unknown_after(findings(blocks)), Contains(HasSubstr("most work")));
    EXPECT_THAT(unknown_after(findings(blocks)), Contains(HasSubstr("who is behind a key")));
  }
}

TEST(BundleReport, SaysWhoSealedTheBlocksWhereMinersAreListed) {
  auto found = findings(true);
  EXPECT_THAT(checked_by(found), Not(Contains(HasSubstr("seal"))));
  EXPECT_THAT(unknown_after(found), Not(Contains(HasSubstr("seal"))));
  EXPECT_THAT(report("b", found), Not(HasSubstr("miner")));
  PublicKey first;
  first.bytes.fill(0x3f);
  PublicKey second;
  second.bytes.fill(0x40);
  PublicKey idle;
  idle.bytes.fill(0x41);
  found.miners = {{first, 6}, {second, 1}, {idle, 0}};
  EXPECT_THAT(checked_by(found),
              Contains(AllOf(HasSubstr("every one"), HasSubstr("the 3 that"), HasSubstr("2 of them sealed"))));
  EXPECT_THAT(unknown_after(found), Contains(HasSubstr("can seal what another")));
  EXPECT_THAT(report("b", found),
              AllOf(HasSubstr("3f3f: 6 blocks\n"), HasSubstr("4040: 1 block\n"), HasSubstr("4141: 0 blocks\n")));
  const auto document = to_json(found);
  const auto& miners = document.at("miners").as_array();
  ASSERT_EQ(miners.size(), 3U);
  EXPECT_EQ(miners[1].at("blocks").to_number<int>(), 1);
}

TEST(BundleReport, IsFitForATerminal) {
  const auto text = report("b", findings(true));
  EXPECT_THAT(text, HasSubstr("May?or"));
  EXPECT_THAT(text, HasSubstr("3 of 10 enrolled"));
  EXPECT_THAT(text, HasSubstr("2  Bob"));
}

audit::Difference same() {
  audit::Difference difference;
  difference.same_network = difference.same_election = true;
  difference.common_height = 7;
  for (auto& side : difference.sides) side.height = 7;
  return difference;
}

TEST(BundleReport, SaysInWordsHowTwoDiffer) {
  const std::array<std::string, 2> names{"left", "right"};
  EXPECT_THAT(sentences(same(), names), Contains("their tallies are the same"));
  auto other = same();
  other.same_network = false;
  EXPECT_THAT(sentences(other, names), ::testing::ElementsAre(HasSubstr("different networks")));
  other = same();
  other.same_election = false;
  EXPECT_THAT(sentences(other, names), Contains(HasSubstr("different elections")));
  other = same();
  other.sides[1].height = 9;
  EXPECT_THAT(sentences(other, names), Contains(HasSubstr("block 7, where left ends; right goes on to block 9")));
  EXPECT_THAT(sentences(other, names), Not(Contains(HasSubstr("seal"))));
  other.sealed_otherwise = 2;
  EXPECT_THAT(sentences(other, names),
              Contains(HasSubstr("2 blocks that both have bear another miner's seal in left")));
  other.parted = true;
  EXPECT_THAT(sentences(other, names), Contains(HasSubstr("part there")));
  other = same();
  other.sides[0].only_here = 21;
  other.sides[0].only_here_in_common = 1;
  other.sides[0].listed.resize(20);
  EXPECT_THAT(sentences(other, names),
              Contains(::testing::AllOf(HasSubstr("right left them out"), HasSubstr("1 more"))));
  other.sides[0].tally.votes = 1;
  EXPECT_THAT(sentences(other, names), Contains(HasSubstr("tallies differ: 1 votes in left, 0 in right")));
}

}  // namespace
}  // namespace suara::admin
