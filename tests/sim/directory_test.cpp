// Whole runs of a bootstrap server and those who use it.
#include "tests/sim/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace suara::sim {
namespace {

class DirectorySeed : public testing::TestWithParam<std::uint64_t> {};

TEST_P(DirectorySeed, Passes) {
  const RunResult result = run_directory({.seed = GetParam()});
  EXPECT_EQ(result.failure.value_or("passed"), "passed") << result.summary;
  EXPECT_GT(result.events, 100U);
}

INSTANTIATE_TEST_SUITE_P(Sim, DirectorySeed, testing::Range<std::uint64_t>(0, 16),
                         [](const auto& seed) { return std::to_string(seed.param); });

TEST(DirectoryTrace, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const RunResult first = run_directory({.seed = 1});
  const RunResult again = run_directory({.seed = 1});
  EXPECT_EQ(first.trace.hex(), again.trace.hex());
  EXPECT_EQ(first.events, again.events);
  EXPECT_NE(run_directory({.seed = 2}).trace.hex(), first.trace.hex());
}

TEST(DirectoryCheckers, FindAServerThatAcknowledgesBeforeItIsDurable) {
  std::string found;
  for (std::uint64_t seed = 0; seed < 40 && found.empty(); ++seed) {
    found = run_directory({.seed = seed, .sabotage = Sabotage::kDisksLie}).failure.value_or("");
  }
  EXPECT_THAT(found, testing::AnyOf(testing::HasSubstr("missing after its registration was acknowledged"),
                                    testing::HasSubstr("listed after its removal was acknowledged"),
                                    testing::HasSubstr("is before one it told"), testing::HasSubstr("came after")));
}

}  // namespace
}  // namespace suara::sim
