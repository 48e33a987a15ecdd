#include "peer-node/ledger/block_changes.hpp"
#include "common/store/memory_store.hpp"
#include "peer-node/ledger/ledger.hpp"

#include <gtest/gtest.h>

namespace suara::ledger {
namespace {

class CountingView final : public store::StoreView {
 public:
  explicit CountingView(const store::StoreView& view) : view_(view) {}
  [[nodiscard]] std::optional<std::string> get(store::Family family, std::string_view key) const override {
    ++gets;
    return view_.get(family, key);
  }
  void scan(store::Family family, std::string_view from, const Visitor& visit) const override {
    view_.scan(family, from, visit);
  }
  void scan_back(store::Family family, std::string_view from, const Visitor& visit) const override {
    view_.scan_back(family, from, visit);
  }
  mutable int gets = 0;

 private:
  const StoreView& view_;
};

// "a" to "c" are rows of family 0, "a" one of family 1; each holds its own name.
struct BlockChangesTest : testing::Test {
  BlockChangesTest() {
    store::WriteBatch rows;
    for (const auto* key : {"a", "b", "c"}) rows.put(0, key, key);
    rows.put(1, "a", "a");
    disk.apply(rows);
  }

  static std::string keys(const store::StoreView& view, bool back) {
    std::string seen;
    const auto visit = [&](std::string_view key, std::string_view value) {
      seen += std::string(key) + "=" + std::string(value) + " ";
      return true;
    };
    back ? view.scan_back(0, "z", visit) : view.scan(0, "", visit);
    return seen;
  }

  store::MemoryStore disk;
  CountingView counting{disk};
  BlockChanges changes{counting};
};

TEST_F(BlockChangesTest, LooksEveryRowUpOnceAlsoWhatIsNotThere) {
  store::Draft draft(disk);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(changes.get(0, "a"), "a");
    EXPECT_EQ(changes.get(1, "a"), "a");
    EXPECT_EQ(changes.get(0, "d"), std::nullopt);
  }
  changes.put(0, "d", "new");
  changes.put(0, "a", "other");
  changes.move_to(draft);
  EXPECT_EQ(counting.gets, 3);
}

TEST_F(BlockChangesTest, AsksForNothingAgainThatWasReadAhead) {
  changes.put(0, "b", "written");
  counting.gets = 0;
  changes.read_ahead(0, {"d", "b", "a", "d"});
  EXPECT_EQ(counting.gets, 2);
  EXPECT_EQ(changes.get(0, "a"), "a");
  EXPECT_EQ(changes.get(0, "b"), "written");
  EXPECT_EQ(changes.get(0, "d"), std::nullopt);
  EXPECT_EQ(counting.gets, 2);
}

TEST_F(BlockChangesTest, ShowsItsWritesAmongTheRows) {
  EXPECT_EQ(changes.get(0, "bb"), std::nullopt);
  EXPECT_EQ(changes.get(0, "b"), "b");
  changes.put(0, "d", "4");
  changes.put(0, "a", "1");
  changes.remove(0, "c");
  EXPECT_EQ(changes.get(0, "a"), "1");
  EXPECT_EQ(changes.get(0, "c"), std::nullopt);
  EXPECT_EQ(keys(changes, false), "a=1 b=b d=4 ");
  EXPECT_EQ(keys(changes, true), "d=4 b=b a=1 ");
}

TEST_F(BlockChangesTest, MovesWhatWasWrittenAndNothingElse) {
  EXPECT_EQ(changes.get(0, "a"), "a");
  changes.put(0, "b", "1");
  changes.put(0, "b", "2");
  changes.put(0, "x", "passing");
  changes.remove(0, "x");
  changes.remove(1, "a");
  store::Draft draft(disk);
  const std::string undo = changes.move_to(draft);
  const store::WriteBatch writes = draft.take();
  ASSERT_EQ(writes.writes().size(), 2U);
  EXPECT_EQ(writes.writes()[0].key, "b");
  EXPECT_EQ(writes.writes()[0].value, "2");
  EXPECT_EQ(writes.writes()[1].family, 1);
  EXPECT_EQ(writes.writes()[1].value, std::nullopt);

  disk.apply(writes);
  EXPECT_EQ(keys(disk, false), "a=a b=2 c=c ");
  undo_block(undo, draft);
  disk.apply(draft.take());
  EXPECT_EQ(keys(disk, false), "a=a b=b c=c ");
  EXPECT_EQ(disk.get(1, "a"), "a");
}

}  // namespace
}  // namespace suara::ledger
