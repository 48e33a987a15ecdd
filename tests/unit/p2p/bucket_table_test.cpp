#include "peer-node/p2p/bucket_table.hpp"

#include <gtest/gtest.h>

#include <array>

namespace suara::p2p {
namespace {

TEST(BucketTable, DrawsBucketsAlikeHoweverFull) {
  std::array<int, kBucketPlaces + 1> things{};
  BucketTable<int> table(16);
  for (BucketPlace place = 0; place < kBucketPlaces; ++place) table.put(3 * kBucketPlaces + place, things[place]);
  table.put(9 * kBucketPlaces + 17, things.back());
  SeededRng rng(1);
  for (int i = 0; i < 6'400; ++i) ++*table.draw(rng);
  EXPECT_GT(things.back(), 3'000);
  EXPECT_LT(things.back(), 3'400);
  for (const int drawn : things) EXPECT_GT(drawn, 20);
}

TEST(BucketTable, CountsWhatIsThere) {
  int thing = 0;
  int other = 0;
  SeededRng rng(1);
  BucketTable<int> table(4);
  EXPECT_EQ(table.draw(rng), nullptr);
  table.put(70, thing);
  table.put(70, other);
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.at(70), &other);
  EXPECT_EQ(table.draw(rng), &other);
  table.clear(71);
  table.clear(70);
  table.clear(70);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.draw(rng), nullptr);
}

}  // namespace
}  // namespace suara::p2p
