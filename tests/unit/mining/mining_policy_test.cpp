#include "peer-node/mining/mining_policy.hpp"

#include "tests/unit/ledger/ledger_fixture.hpp"

#include <gtest/gtest.h>

namespace suara::mining {
namespace {

using namespace std::chrono_literals;

WallTime at(std::uint64_t ms) { return from_unix_ms(ms); }

ledger::ElectionId open(ledger::LedgerFixture& world, const std::string& title, std::uint64_t opens_at_ms,
                        std::uint64_t closes_at_ms) {
  ledger::OpenElection election = ledger::small_election();
  election.title = title;
  election.opens_at_ms = opens_at_ms;
  election.closes_at_ms = closes_at_ms;
  return world.open(election);
}

TEST(MiningPolicy, NoElectionNoEmptyBlocks) {
  ledger::LedgerFixture world;
  EXPECT_EQ(empty_block_due(world.disk, at(0)), std::nullopt);
}

TEST(MiningPolicy, AnOpenElectionBeats) {
  ledger::LedgerFixture world;
  open(world, "a", 100'000, 1'000'000);
  EXPECT_EQ(empty_block_due(world.disk, at(200'000)), at(260'000));
  EXPECT_EQ(empty_block_due(world.disk, at(200'000), 5s), at(205'000));
}

TEST(MiningPolicy, ABlockIsDueWhenAnElectionCloses) {
  ledger::LedgerFixture world;
  open(world, "a", 100'000, 1'000'000);
  EXPECT_EQ(empty_block_due(world.disk, at(980'000)), at(1'000'000)) << "before the next beat would be";
  EXPECT_EQ(empty_block_due(world.disk, at(999'999)), at(1'000'000));
  EXPECT_EQ(empty_block_due(world.disk, at(1'000'000)), std::nullopt) << "the chain has passed its end";
}

TEST(MiningPolicy, ElectionsToComeDoNotBeatYet) {
  ledger::LedgerFixture world;
  open(world, "next year", 31'536'000'000, 31'546'000'000);
  EXPECT_EQ(empty_block_due(world.disk, at(0)), at(31'536'000'000));
}

TEST(MiningPolicy, AnElectionClosedByItsOrganiserIsOver) {
  ledger::LedgerFixture world;
  const auto id = open(world, "a", 100, 1'000'000);
  ASSERT_TRUE(world.apply_at(200, ledger::by_organiser(ledger::CloseElection{id})));
  EXPECT_EQ(empty_block_due(world.disk, at(200)), std::nullopt);
}

TEST(MiningPolicy, TheEarliestOfSeveralElectionsCounts) {
  ledger::LedgerFixture world;
  open(world, "a", 500'000, 1'000'000);
  open(world, "b", 0, 230'000);
  open(world, "c", 0, UINT64_MAX);
  EXPECT_EQ(empty_block_due(world.disk, at(200'000)), at(230'000));
  EXPECT_EQ(empty_block_due(world.disk, at(230'000)), at(290'000));
}

TEST(MiningPolicy, ModesDecideWhatCounts) {
  EXPECT_EQ(mine_from(MiningMode::kOff, true, at(5)), std::nullopt);
  EXPECT_EQ(mine_from(MiningMode::kPending, true, std::nullopt), WallTime{});
  EXPECT_EQ(mine_from(MiningMode::kPending, false, at(5)), at(5));
  EXPECT_EQ(mine_from(MiningMode::kPending, false, std::nullopt), std::nullopt);
  EXPECT_EQ(mine_from(MiningMode::kAlways, false, std::nullopt), WallTime{});
}

}  // namespace
}  // namespace suara::mining
