// The search as the miner's threads run it: shares of the nonces, and looks at whether the job still stands.
#include "peer-node/chain/work.hpp"
#include "peer-node/mining/limits.hpp"
#include "peer-node/mining/nonce_search.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace suara::mining {
namespace {

// A core without SHA instructions hashes at least two million nonces a second; 5 ms are what a stale job may cost.
static_assert(kNoncesPerLook * 1'000 <= 5 * 2'000'000);

struct Portion {
  std::uint64_t first;
  std::uint64_t count;
};

// Stands in for the kernel: finds nothing, and remembers what it was asked for.
struct Recorded {
  std::vector<Portion> portions;

  SearchFunction search() {
    return [this](const chain::Header&, std::uint64_t first, std::uint64_t count) -> std::optional<std::uint64_t> {
      portions.push_back({first, count});
      return std::nullopt;
    };
  }
};

TEST(SearchWhile, LooksBeforeEveryPortionAndNoPortionIsLong) {
  Recorded recorded;
  std::size_t looks = 0;
  const NonceRange range{UINT64_MAX - 100, 10 * kNoncesPerLook + 7};
  std::uint64_t tried = 0;
  EXPECT_FALSE(search_while(
      {}, range,
      [&](std::uint64_t count) {
        EXPECT_EQ(looks++, recorded.portions.size());
        tried += count;
        return true;
      },
      recorded.search()));
  ASSERT_EQ(recorded.portions.size(), 11U);
  EXPECT_EQ(tried, range.count) << "and the last look tells of the last portion";
  std::uint64_t next = range.first;
  for (const Portion& portion : recorded.portions) {
    EXPECT_LE(portion.count, kNoncesPerLook);
    EXPECT_EQ(portion.first, next);
    next += portion.count;
  }
}

TEST(SearchWhile, StopsAtOnceWhenToldTo) {
  Recorded recorded;
  int looks = 0;
  EXPECT_FALSE(search_while({}, {0, UINT64_MAX}, [&](std::uint64_t) { return ++looks < 4; }, recorded.search()));
  EXPECT_EQ(recorded.portions.size(), 3U);
}

TEST(SearchWhile, FindsWhatTheKernelFinds) {
  chain::Header header;
  header.bits = chain::bits_of_leading_zeros(12);
  const auto expected = search(header, 5, 1'000'000);
  ASSERT_TRUE(expected);
  EXPECT_EQ(search_while(header, {5, 1'000'000}, [](std::uint64_t) { return true; }), expected);
}

TEST(Split, SharesAreDisjointAndLeaveNothingOut) {
  const NonceRange range{UINT64_MAX - 5, 17};
  for (std::size_t parts = 1; parts <= 20; ++parts) {
    std::set<std::uint64_t> nonces;
    for (const NonceRange& part : split(range, parts)) {
      for (std::uint64_t i = 0; i < part.count; ++i) EXPECT_TRUE(nonces.insert(part.first + i).second);
    }
    EXPECT_EQ(nonces.size(), 17U);
    EXPECT_TRUE(nonces.contains(range.first));
    EXPECT_TRUE(nonces.contains(range.first + 16));
  }
  const auto whole = split({7, UINT64_MAX}, 3);
  EXPECT_EQ(whole[0].count + whole[1].count + whole[2].count, UINT64_MAX);
}

}  // namespace
}  // namespace suara::mining
