#include "peer-node/chain/difficulty.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/work.hpp"

#include <gtest/gtest.h>

namespace suara::chain {
namespace {

constexpr std::uint64_t kIntervalMs = 15'000;

ChainSpec lwma_spec() {
  ChainSpec spec = dev_chain_spec();
  spec.rule = DifficultyRule::kLwma;
  spec.block_interval = std::chrono::milliseconds(kIntervalMs);
  spec.initial_bits = bits_of_leading_zeros(20);
  return spec;
}

// A chain of `count` blocks above genesis, each `solve_ms` after the one before, all at the initial target.
std::vector<Ancestor> steady(std::size_t count, std::uint64_t solve_ms) {
  std::vector<Ancestor> chain;
  for (std::uint64_t height = 0; height <= count; ++height) {
    chain.push_back({height, 1'000'000 + height * solve_ms, bits_of_leading_zeros(20)});
  }
  if (chain.size() > kLookBackBlocks) chain.erase(chain.begin(), chain.end() - kLookBackBlocks);
  return chain;
}

Uint256 next_target(const std::vector<Ancestor>& chain) { return *target_of(required_bits(lwma_spec(), chain)); }

const Uint256 kInitial = Uint256(1) << 236;

TEST(Difficulty, FixedNeverChanges) {
  EXPECT_EQ(required_bits(dev_chain_spec(), steady(100, 1)), dev_chain_spec().initial_bits);
}

TEST(Difficulty, LwmaKeepsToTheInitialTargetWhileThereAreFewSolveTimes) {
  EXPECT_EQ(next_target(steady(kLwmaMinimumBlocks, 1)), kInitial);
  EXPECT_LT(next_target(steady(kLwmaMinimumBlocks + 1, 1)), kInitial);
}

TEST(Difficulty, LwmaStaysWhenBlocksComeOnTime) { EXPECT_EQ(next_target(steady(200, kIntervalMs)), kInitial); }

TEST(Difficulty, LwmaFollowsTheSolveTimeInProportion) {
  EXPECT_EQ(next_target(steady(200, kIntervalMs / 2)), kInitial / 2);
  EXPECT_EQ(next_target(steady(200, kIntervalMs * 2)), kInitial * 2);
}

TEST(Difficulty, LwmaCountsASolveTimeAsSixIntervalsAtMost) {
  EXPECT_EQ(next_target(steady(200, kIntervalMs * 6)), kInitial * 6);
  EXPECT_EQ(next_target(steady(200, kIntervalMs * 100)), kInitial * 6);
}

TEST(Difficulty, LwmaTakesAnOutageAsOneSlowBlock) {
  auto chain = steady(200, kIntervalMs);
  chain.back().time_ms += 24ULL * 60 * 60 * 1000;
  // Weight 60 of 1,830 counts six times: (1,770 + 360) / 1,830.
  const Uint256 expected = *target_of(compact(kInitial * 2130 / 1830));
  EXPECT_EQ(next_target(chain), expected);
}

TEST(Difficulty, LwmaGivesNothingForTimesThatGoBackwards) {
  auto honest = steady(200, kIntervalMs);
  auto forged = honest;
  forged[forged.size() - 2].time_ms += 5 * kIntervalMs;  // ahead, and the next one is back on time
  EXPECT_LT(next_target(forged), kInitial * 12 / 10);
  EXPECT_GT(next_target(forged), kInitial * 9 / 10);
}

TEST(Difficulty, LwmaNeverLeavesTheRangeOfTargets) {
  ChainSpec spec = lwma_spec();
  std::vector<Ancestor> chain = steady(60, kIntervalMs * 6);
  for (Ancestor& ancestor : chain) ancestor.bits = bits_of_leading_zeros(1);
  EXPECT_EQ(required_bits(spec, chain), bits_of_leading_zeros(1));
}

}  // namespace
}  // namespace suara::chain
