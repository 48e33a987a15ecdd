// 10,000 random trees, each given to ChainState and to its naive twin. SUARA_SEEDS changes how many, SUARA_SEED replays
// one. All branches must have been taken at the end, otherwise the test tests less than it says.
#include "tests/differential/comparison.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace suara::differential {
namespace {

constexpr std::uint64_t kSeedsThatTakeAll = 10'000;
// Sanitizers and debug builds are ten times slower.
#ifdef NDEBUG
constexpr std::uint64_t kSeeds = kSeedsThatTakeAll;
#else
constexpr std::uint64_t kSeeds = 500;
#endif
// One of so many is two branches longer than any reorganisation may be.
constexpr std::uint64_t kLongEvery = 251;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

const Network& network_of(std::uint64_t seed) {
  static const Network fixed(chain::DifficultyRule::kFixed);
  static const Network lwma(chain::DifficultyRule::kLwma);
  return seed % 2 == 0 ? fixed : lwma;
}

std::string run(std::uint64_t seed, Coverage& coverage) {
  SeededRng rng(seed);
  const Network& network = network_of(seed);
  Comparison comparison(network, rng, coverage);
  if (seed % kLongEvery == 0) {
    return comparison.run_in_order(RandomBlocks::two_long_branches(network, rng, 99 + rng.below(6)).blocks());
  }
  return comparison.run(RandomBlocks(network, rng, 3 + rng.below(14)).blocks());
}

void expect_all_taken(const Coverage& coverage) {
  for (int i = 0; i <= static_cast<int>(RuleError::kRecordTooLarge); ++i) {
    const auto rule = static_cast<RuleError>(i);
    // Its id is its transaction's, which would be there twice: duplicate_transaction is found first.
    if (rule == RuleError::kElectionExists) continue;
    // Seals are checked before the chain's state sees a header.
    if (rule == RuleError::kUnlistedMiner || rule == RuleError::kBadSeal) continue;
    const auto found = coverage.errors.find(rule);
    const std::uint64_t count = found == coverage.errors.end() ? 0 : found->second;
    EXPECT_GT(count, 0U) << describe(rule).name;
    std::printf("%10llu %s\n", static_cast<unsigned long long>(count), std::string(describe(rule).name).c_str());
  }
  const std::pair<const char*, std::uint64_t> branches[] = {
      {"reorganisations of two blocks or more", coverage.reorganisations},
      {"blocks rejected by the ledger", coverage.rejected},
      {"branches refused", coverage.refused},
      {"bodies after their children's", coverage.late_bodies},
      {"restarts", coverage.restarts},
      {"ties", coverage.ties}};
  for (const auto& [what, count] : branches) {
    EXPECT_GT(count, 0U) << what;
    std::printf("%10llu %s\n", static_cast<unsigned long long>(count), what);
  }
}

TEST(Differential, ChainStateAgreesWithANaiveReplayOverRandomTrees) {
  Coverage coverage;
  if (const std::uint64_t seed = from_environment("SUARA_SEED", 0); seed != 0) {
    EXPECT_EQ(run(seed, coverage), "");
    return;
  }
  const std::uint64_t seeds = from_environment("SUARA_SEEDS", kSeeds);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    ASSERT_EQ(run(seed, coverage), "") << "SUARA_SEED=" << seed << " replays it";
  }
  if (seeds >= kSeedsThatTakeAll) expect_all_taken(coverage);
}

}  // namespace
}  // namespace suara::differential
