#include "common/store/read_once.hpp"
#include "common/store/memory_store.hpp"

#include <gtest/gtest.h>

namespace suara::store {
namespace {

class CountingView final : public StoreView {
 public:
  explicit CountingView(const StoreView& view) : view_(view) {}
  [[nodiscard]] std::optional<std::string> get(Family family, std::string_view key) const override {
    ++gets;
    return view_.get(family, key);
  }
  void scan(Family family, std::string_view from, const Visitor& visit) const override {
    view_.scan(family, from, visit);
  }
  void scan_back(Family family, std::string_view from, const Visitor& visit) const override {
    view_.scan_back(family, from, visit);
  }
  mutable int gets = 0;

 private:
  const StoreView& view_;
};

TEST(ReadOnce, LooksEveryRowUpOnceAlsoWhatIsNotThere) {
  MemoryStore base;
  WriteBatch rows;
  rows.put(1, "a", "1");
  rows.put(2, "a", "2");
  base.apply(rows);
  const CountingView counting(base);
  const ReadOnce view(counting);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(view.get(1, "a"), "1");
    EXPECT_EQ(view.get(2, "a"), "2");
    EXPECT_EQ(view.get(1, "b"), std::nullopt);
  }
  EXPECT_EQ(counting.gets, 3);
}

TEST(ReadOnce, ScansWhatTheViewHas) {
  MemoryStore base;
  WriteBatch rows;
  for (const auto* key : {"a", "b", "c"}) rows.put(0, key, key);
  base.apply(rows);
  const ReadOnce view(base);
  std::string seen;
  const auto visit = [&](std::string_view key, std::string_view) {
    seen += key;
    return true;
  };
  view.scan(0, "b", visit);
  EXPECT_EQ(seen, "bc");
  view.scan_back(0, "b", visit);
  EXPECT_EQ(seen, "bcba");
}

}  // namespace
}  // namespace suara::store
