#include "common/store/overlay.hpp"
#include "common/store/draft.hpp"
#include "common/store/memory_store.hpp"
#include "common/util/rng.hpp"

#include <gtest/gtest.h>

namespace suara::store {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

Entries forward(const StoreView& view, std::string_view from) {
  Entries entries;
  view.scan(0, from, [&](std::string_view key, std::string_view value) {
    entries.emplace_back(key, value);
    return true;
  });
  return entries;
}

Entries backward(const StoreView& view, std::string_view from) {
  Entries entries;
  view.scan_back(0, from, [&](std::string_view key, std::string_view value) {
    entries.emplace_back(key, value);
    return true;
  });
  return entries;
}

// Keys of one letter, in no order and one of them twice.
const std::vector<std::string_view> kLetters{"h", "a", "c", "b", "e", "a", "g", "d", "f"};

StoreView::Values one_by_one(const StoreView& view) {
  StoreView::Values values;
  for (const std::string_view key : kLetters) values.push_back(view.get(0, key));
  return values;
}

TEST(Overlay, ReadsItsOwnWritesBeforeTheyAreStored) {
  MemoryStore base;
  WriteBatch first;
  first.put(0, "a", "1");
  first.put(0, "b", "2");
  base.apply(first);
  Overlay overlay(base);

  WriteBatch second;
  second.remove(0, "a");
  second.put(0, "c", "3");
  overlay.add(StoreToken{1}, second);
  EXPECT_FALSE(overlay.get(0, "a"));
  EXPECT_EQ(overlay.get(0, "c"), "3");
  EXPECT_EQ(forward(overlay, ""), (Entries{{"b", "2"}, {"c", "3"}}));

  base.apply(second);
  overlay.stored(StoreToken{1});
  EXPECT_EQ(overlay.batches_in_flight(), 0U);
  EXPECT_EQ(forward(overlay, ""), (Entries{{"b", "2"}, {"c", "3"}}));
}

// Random writes in up to four batches in flight, against a map that has them all at once.
TEST(Overlay, AgreesWithAPlainMapWhateverIsInFlight) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    SeededRng rng(seed);
    MemoryStore base, all;
    Overlay overlay(base, seed % 2 == 0 ? RowCache::Options{} : RowCache::Options{{0}, 3});
    std::deque<std::pair<StoreToken, WriteBatch>> in_flight;
    for (std::uint64_t step = 1; step <= 60; ++step) {
      WriteBatch batch;
      for (std::uint64_t i = rng.below(4); i > 0; --i) {
        const std::string key(1, static_cast<char>('a' + rng.below(8)));
        rng.below(3) == 0 ? batch.remove(0, key) : batch.put(0, key, std::to_string(step) + "." + std::to_string(i));
      }
      all.apply(batch);
      overlay.add(StoreToken{step}, batch);
      in_flight.emplace_back(StoreToken{step}, std::move(batch));
      while (in_flight.size() > rng.below(5)) {
        base.apply(in_flight.front().second);
        overlay.stored(in_flight.front().first);
        in_flight.pop_front();
      }
      const std::string from(1, static_cast<char>('a' + rng.below(9)));
      ASSERT_EQ(forward(overlay, from), forward(all, from));
      ASSERT_EQ(backward(overlay, from), backward(all, from));
      for (char key = 'a'; key < 'i'; ++key) ASSERT_EQ(overlay.get(0, {&key, 1}), all.get(0, {&key, 1}));
      ASSERT_EQ(overlay.get_many(0, kLetters), one_by_one(all));
    }
  }
}

TEST(Draft, IsReadableAsItIsMadeAndLeavesAsOneBatch) {
  MemoryStore base;
  WriteBatch existing;
  existing.put(0, "a", "1");
  existing.put(0, "b", "2");
  base.apply(existing);

  Draft draft(base);
  EXPECT_TRUE(draft.empty());
  draft.put(0, "c", "3");
  draft.put(0, "c", "4");
  draft.remove(0, "a");
  EXPECT_EQ(forward(draft, ""), (Entries{{"b", "2"}, {"c", "4"}}));
  EXPECT_EQ(backward(draft, "c"), (Entries{{"c", "4"}, {"b", "2"}}));

  const WriteBatch batch = draft.take();
  EXPECT_EQ(batch.writes().size(), 2U);
  EXPECT_TRUE(draft.empty());
  EXPECT_EQ(draft.get(0, "a"), "1");
  base.apply(batch);
  EXPECT_EQ(forward(base, ""), (Entries{{"b", "2"}, {"c", "4"}}));
}

TEST(Draft, FindsManyAsItFindsEach) {
  MemoryStore base;
  WriteBatch existing;
  for (const auto* key : {"a", "b", "c"}) existing.put(0, key, key);
  base.apply(existing);
  Draft draft(base);
  EXPECT_EQ(draft.get_many(0, kLetters), one_by_one(base));
  draft.put(0, "d", "4");
  draft.put(0, "a", "1");
  draft.remove(0, "b");
  draft.put(1, "c", "elsewhere");
  EXPECT_EQ(draft.get_many(0, kLetters), one_by_one(draft));
  EXPECT_EQ(draft.get_many(0, {"a", "b", "c", "d"}), (StoreView::Values{"1", std::nullopt, "c", "4"}));
  EXPECT_TRUE(draft.get_many(0, {}).empty());
}

TEST(Draft, WhatComesAndGoesInItLeavesNoWrite) {
  MemoryStore base;
  WriteBatch first;
  first.put(0, "a", "1");
  base.apply(first);
  Draft draft(base);
  for (const auto* key : {"a", "b"}) draft.put(0, key, "2");
  for (const auto* key : {"a", "b"}) draft.remove(0, key);
  EXPECT_EQ(draft.get(0, "a"), std::nullopt);
  EXPECT_EQ(draft.get(0, "b"), std::nullopt);
  const WriteBatch batch = draft.take();
  ASSERT_EQ(batch.writes().size(), 1U);
  EXPECT_EQ(batch.writes().front().key, "a");
  EXPECT_EQ(batch.writes().front().value, std::nullopt);
}

TEST(RowCache, KeepsWhatWasLookedAtLastOfItsFamilies) {
  RowCache cache({{1, 2}, 2});
  EXPECT_TRUE(cache.keeps(1));
  EXPECT_FALSE(cache.keeps(0));
  cache.put(1, "a", "1");
  cache.put(2, "a", "2");
  ASSERT_NE(cache.find(1, "a"), nullptr);
  cache.put(2, "b", "3");  // what was not looked at for longest makes room
  EXPECT_EQ(cache.rows(), 2U);
  EXPECT_EQ(cache.find(2, "a"), nullptr);
  EXPECT_EQ(*cache.find(1, "a"), "1");
  cache.put(1, "a", "4");
  EXPECT_EQ(*cache.find(1, "a"), "4");
  cache.update(1, "a", "5");
  EXPECT_EQ(*cache.find(1, "a"), "5");
  cache.update(1, "c", "6");  // was not there
  EXPECT_EQ(cache.find(1, "c"), nullptr);
  cache.update(1, "a", std::nullopt);
  EXPECT_EQ(cache.find(1, "a"), nullptr);
  EXPECT_EQ(cache.rows(), 1U);
  cache.erase(2, "b");
  EXPECT_EQ(cache.rows(), 0U);
}

TEST(Overlay, ScansStopWhenToldTo) {
  MemoryStore base;
  Overlay overlay(base);
  WriteBatch batch;
  for (const auto* key : {"a", "b", "c"}) batch.put(0, key, "");
  overlay.add(StoreToken{1}, batch);
  int seen = 0;
  overlay.scan(0, "", [&](std::string_view, std::string_view) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace suara::store
