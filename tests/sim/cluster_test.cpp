// Whole runs: some seeds pass, a seed does the same every time, and what is broken on purpose is found.
#include "tests/sim/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace suara::sim {
namespace {

using testing::Contains;
using testing::HasSubstr;

class Seed : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Seed, Passes) {
  const RunResult result = run({.seed = GetParam()});
  EXPECT_EQ(result.failure.value_or("passed"), "passed")
      << result.summary << "\nreplay: suara-sim --seeds 1 --seed " << GetParam() << " --verbose";
  EXPECT_GT(result.events, 100U);
}

INSTANTIATE_TEST_SUITE_P(Sim, Seed, testing::Range<std::uint64_t>(0, 32),
                         [](const auto& seed) { return std::to_string(seed.param); });

TEST(Trace, IsTheSameForTheSameSeedAndAnotherForAnother) {
  for (const std::uint64_t seed : {1U, 3U}) {  // a cluster and a directory
    const RunResult first = run({.seed = seed});
    const RunResult again = run({.seed = seed});
    EXPECT_EQ(first.trace.hex(), again.trace.hex());
    EXPECT_EQ(first.events, again.events);
    EXPECT_NE(run({.seed = seed + 4}).trace.hex(), first.trace.hex());
  }
}

// What the checkers say of the first few seeds of a world that is broken on purpose.
std::vector<std::string> failures(Sabotage sabotage, std::uint64_t first_seed) {
  std::vector<std::string> found;
  for (std::uint64_t seed = first_seed; seed < first_seed + 16; seed += 4) {
    const RunResult result = run({.seed = seed, .sabotage = sabotage});
    if (result.failure) found.push_back(*result.failure);
  }
  return found;
}

TEST(Checkers, FindNodesThatAnnounceOrAcceptBeforeItIsDurable) {
  EXPECT_THAT(failures(Sabotage::kDisksLie, 0), Contains(HasSubstr("that is not on its disk")));
}

TEST(Checkers, FindVotesThatWereAcceptedAndThrownAway) {
  EXPECT_THAT(failures(Sabotage::kVotesDropped, 0), Contains(HasSubstr("accepted, but not in the chain")));
}

TEST(Checkers, FindPeersThatAreKeptAfterTheirConnectionIsGone) {
  EXPECT_THAT(failures(Sabotage::kClosesSwallowed, 0), testing::SizeIs(testing::Ge(1U)));
}

TEST(Checkers, FindATallyThatIsNotWhatTheBlocksSay) {
  EXPECT_THAT(failures(Sabotage::kTalliesTampered, 0), Contains(HasSubstr("is not what its blocks say")));
}

}  // namespace
}  // namespace suara::sim
