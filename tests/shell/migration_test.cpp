// Databases of older formats: which are opened, what becomes of them, and what of one that is killed on the way.
#include "tests/shell/open_store.hpp"
#include "tests/shell/recorded_files.hpp"
#include "tests/shell/scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace suara::shell {
namespace {

constexpr int kRowCount = 40;

// From format 1 to 2: every value gets an "x" in front, ten rows a batch.
store::WriteBatch mark_rows(const store::StoreView& view, std::string& cursor) {
  store::WriteBatch batch;
  view.scan(kRows, cursor, [&](std::string_view key, std::string_view value) {
    cursor = std::string(key) + '\0';
    if (!value.starts_with('x')) batch.put(kRows, std::string(key), "x" + std::string(value));
    return batch.writes().size() < 10;
  });
  return batch;
}

// From 2 to 3: an index that only rows of format 2 can be entered in.
store::WriteBatch index_rows(const store::StoreView& view, std::string& cursor) {
  store::WriteBatch batch;
  view.scan(kRows, cursor, [&](std::string_view key, std::string_view value) {
    cursor = std::string(key) + '\0';
    if (!value.starts_with('x')) throw std::runtime_error("a row of format 1");
    if (!view.get(kIndex, value)) batch.put(kIndex, std::string(value), std::string(key));
    return batch.writes().size() < 7;
  });
  return batch;
}

RocksOptions format_1(const std::string& folder) {
  RocksOptions options = options_in(folder);
  options.families = {"rows"};
  return options;
}

RocksOptions format_3(const std::string& folder) {
  RocksOptions options = options_in(folder);
  options.format_version = 3;
  options.migrations = {{1, "marks rows", mark_rows}, {2, "indexes them", index_rows}};
  return options;
}

std::string key_of(int row) { return "row " + std::to_string(row); }

void write_format_1(const RocksOptions& options) {
  Store store(options);
  ASSERT_TRUE(store.opened) << store.opened.error().message();
  for (int row = 0; row < kRowCount; ++row) {
    store->store(StoreToken{1}, put(key_of(row), std::to_string(row)));
  }
  store.stored.wait_for(kRowCount);
}

void expect_format_3(Store& store) {
  ASSERT_TRUE(store.opened) << store.opened.error().message();
  for (int row = 0; row < kRowCount; ++row) {
    const std::string value = "x" + std::to_string(row);
    ASSERT_EQ(store->get(kRows, key_of(row)), value);
    ASSERT_EQ(store->get(kIndex, value), key_of(row));
  }
}

TEST(Migration, GoesThroughEveryFormatUpToThePresentOne) {
  const TemporaryFolder folder;
  write_format_1(format_1(folder / "db"));
  for (int life = 0; life < 2; ++life) {
    Store store(format_3(folder / "db"));
    expect_format_3(store);
  }
  RocksOptions without = format_3(folder / "db");
  without.migrations.clear();
  EXPECT_TRUE(Store(without).opened) << "there was nothing left to do";
}

TEST(Migration, ANewerFormatIsRefusedAndNothingTouched) {
  const TemporaryFolder folder;
  write_format_1(format_1(folder / "db"));
  {
    const Store store(format_3(folder / "db"));
  }
  RocksOptions older = format_3(folder / "db");
  older.format_version = 2;
  older.damage_advice = "delete it";
  for (const bool repair : {false, true}) {
    older.repair = repair;
    const auto before = contents(folder / "db");
    const Error error = refusal(older);
    EXPECT_TRUE(error == StoreError::kNewerFormat);
    EXPECT_THAT(error.detail(), testing::AllOf(testing::HasSubstr("has format 3, this release reads 1 to 2"),
                                               testing::HasSubstr("start the release that wrote it"),
                                               testing::Not(testing::HasSubstr("delete it"))));
    EXPECT_EQ(contents(folder / "db"), before);
  }
}

TEST(Migration, AFormatThatNoStepLeadsOnFromIsNamed) {
  const TemporaryFolder folder;
  write_format_1(format_1(folder / "db"));
  RocksOptions later = format_3(folder / "db");
  later.migrations.erase(later.migrations.begin());
  const Error error = refusal(later);
  EXPECT_TRUE(error == StoreError::kOlderFormat);
  EXPECT_THAT(error.detail(), testing::HasSubstr("has format 1, this release reads 2 to 3"));
}

TEST(Migration, KilledAtAnyFileOperationItEndsAsIfItHadNotBeen) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  const TemporaryFolder folder;
  FileRecorder recorder;
  const auto recorded = [&](RocksOptions options) {
    options.observe_files = [&](auto files) { return record(std::move(files), recorder); };
    return options;
  };
  write_format_1(recorded(format_1(folder / "db")));
  const std::size_t made = recorder.size();
  {
    const Store store(recorded(format_3(folder / "db")));
  }

  SeededRng rng(seed);
  ScratchFolder scratch;
  Disk disk;
  std::size_t done = 0;
  for (const auto& operation : recorder.operations()) {
    disk.perform(operation);
    if (++done < made) continue;
    for (const bool power_lost : {false, true}) {
      SCOPED_TRACE(std::to_string(done) + " operations, " + (power_lost ? "power lost" : "killed"));
      const std::string crashed = scratch.write(power_lost ? disk.after_power_loss(rng) : disk.after_kill());
      Store store(format_3(crashed));
      ASSERT_NO_FATAL_FAILURE(expect_format_3(store));
      ScratchFolder::remove(crashed);
    }
  }
  EXPECT_GT(done, made + 30);
}

}  // namespace
}  // namespace suara::shell
