#include "common/shell/rocks_logs.hpp"
#include "common/shell/rocks_repair.hpp"
#include "tests/shell/open_store.hpp"

#include <gmock/gmock.h>

namespace suara::shell {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kRowCount = 300;

RocksOptions advised(const std::string& folder) {
  RocksOptions options = options_in(folder);
  options.damage_advice = "ask a doctor";
  return options;
}

std::string value_of(std::uint64_t row) { return std::to_string(row) + std::string(200, 'v'); }

void write_rows(const std::string& folder, std::uint64_t count = kRowCount) {
  Store store(advised(folder));
  for (std::uint64_t row = 1; row <= count; ++row) {
    store->store(StoreToken{row}, put(std::to_string(row), value_of(row)));
    store.stored.wait_for(row);  // a commit each
  }
}

// Opening it once more turns the log into tables.
void write_tables(const std::string& folder) {
  write_rows(folder);
  const Store store(advised(folder));
}

std::vector<std::string> files(const std::string& folder, const std::string& part) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string path = entry.path().string();
    if (path.find(part) != std::string::npos && fs::file_size(path) > 0) found.push_back(path);
  }
  if (found.empty()) throw std::runtime_error("no " + part + " in " + folder);
  std::sort(found.begin(), found.end());
  return found;
}

void overwrite(const std::string& path, std::uintmax_t offset, std::size_t size) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(offset));
  for (std::size_t i = 0; i < size; ++i) file.put('#');
}

// Refused and named, with the advice; untouched until repaired; then set aside whole, the rest of the folder in place.
void expect_repairable(const std::string& folder) {
  std::ofstream(folder + "/admin.pem") << "a key";
  const Error error = refusal(advised(folder));
  EXPECT_TRUE(error == StoreError::kCorrupt) << error.message();
  EXPECT_THAT(error.detail(), testing::AllOf(testing::HasSubstr(folder), testing::HasSubstr("ask a doctor")));

  auto before = contents(folder);
  RocksOptions repairing = advised(folder);
  repairing.repair = true;
  Store store(repairing);
  ASSERT_TRUE(store.opened) << store.opened.error().message();
  EXPECT_EQ(store->get(kRows, "1"), std::nullopt);
  EXPECT_THAT(store->set_aside(), testing::StartsWith(folder + "/damaged-"));
  EXPECT_TRUE(fs::exists(folder + "/admin.pem"));
  before.erase("admin.pem");
  before.erase("LOCK");
  EXPECT_EQ(contents(store->set_aside()), before);
}

TEST(RocksDamage, OfCurrent) {
  const TemporaryFolder folder;
  write_tables(folder / "db");
  std::ofstream(folder / "db/CURRENT") << "MANIFEST-nonsense\n";
  expect_repairable(folder / "db");
}

TEST(RocksDamage, OfAMissingCurrent) {
  const TemporaryFolder folder;
  write_tables(folder / "db");
  fs::remove(folder / "db/CURRENT");
  expect_repairable(folder / "db");
}

TEST(RocksDamage, OfTheManifest) {
  const TemporaryFolder folder;
  write_tables(folder / "db");
  const std::string manifest = files(folder / "db", "MANIFEST-").back();
  // Wherever it is, in a record's length as in its data.
  for (std::uintmax_t offset = 0; offset + 200 < fs::file_size(manifest); offset += 7) {
    fs::copy(folder / "db", folder / "damaged", fs::copy_options::recursive);
    overwrite(folder / "damaged/" + fs::path(manifest).filename().string(), offset, 5);
    ASSERT_TRUE(refusal(advised(folder / "damaged")) == StoreError::kCorrupt) << offset;
    fs::remove_all(folder / "damaged");
  }
  overwrite(manifest, fs::file_size(manifest) / 2, 16);
  expect_repairable(folder / "db");
}

TEST(RocksDamage, OfAMissingManifest) {
  const TemporaryFolder folder;
  write_tables(folder / "db");
  fs::remove(files(folder / "db", "MANIFEST-").back());
  expect_repairable(folder / "db");
}

TEST(RocksDamage, OfAMissingTable) {
  const TemporaryFolder folder;
  write_tables(folder / "db");
  fs::remove(files(folder / "db", ".sst").front());
  expect_repairable(folder / "db");
}

TEST(RocksDamage, OfATableIsFoundWhereItIsReadAndByRepair) {
  const TemporaryFolder folder;
  write_tables(folder / "db");
  std::string table;  // the rows', the other being that of the format
  for (const std::string& path : files(folder / "db", ".sst")) {
    if (table.empty() || fs::file_size(path) > fs::file_size(table)) table = path;
  }
  overwrite(table, 100, 64);
  {
    Store store(advised(folder / "db"));
    ASSERT_TRUE(store.opened) << "not every block is read at the start";
    try {
      (void)store->get(kRows, "1");
      FAIL() << "read from a damaged block";
    } catch (const std::runtime_error& failure) {
      EXPECT_THAT(failure.what(), testing::AllOf(testing::HasSubstr("is damaged"), testing::HasSubstr("ask a doctor")));
    }
  }
  RocksOptions repairing = advised(folder / "db");
  repairing.repair = true;
  Store store(repairing);
  ASSERT_TRUE(store.opened);
  EXPECT_THAT(store->set_aside(), testing::HasSubstr("/damaged-"));
}

TEST(RocksDamage, OfTheContentLeavesTheRowsThatAreWorthKeeping) {
  const TemporaryFolder folder;
  write_rows(folder / "db");
  RocksOptions repairing = advised(folder / "db");
  repairing.repair = true;
  repairing.inspect = [](const store::StoreView&) { return "a row is wrong"; };
  repairing.kept_by_repair = {kRows};
  repairing.worth_keeping = [](std::string_view key, std::string_view) { return key == "1"; };
  Store store(repairing);
  ASSERT_TRUE(store.opened) << store.opened.error().message();
  EXPECT_THAT(store->set_aside(), testing::HasSubstr("/damaged-"));
  EXPECT_TRUE(store->get(kRows, "1"));
  std::size_t rows = 0;
  store->scan(kRows, {}, [&](std::string_view, std::string_view) { return ++rows > 0; });
  EXPECT_EQ(rows, 1U);
}

TEST(RocksDamage, OfALogInTheMiddle) {
  for (const std::size_t size : {1U, 7U, 64U, 3000U}) {
    SCOPED_TRACE(std::to_string(size) + " bytes");
    const TemporaryFolder folder;
    write_rows(folder / "db");
    const std::string log = files(folder / "db", ".log").back();
    overwrite(log, fs::file_size(log) / 2, size);
    expect_repairable(folder / "db");
  }
}

TEST(RocksDamage, ALogsTornEndIsNone) {
  for (const std::size_t cut : {1U, 8U, 100U, 220U}) {
    SCOPED_TRACE(std::to_string(cut) + " bytes");
    const TemporaryFolder folder;
    write_rows(folder / "db", 20);
    const std::string log = files(folder / "db", ".log").back();
    fs::resize_file(log, fs::file_size(log) - cut);
    Store store(advised(folder / "db"));
    ASSERT_TRUE(store.opened) << store.opened.error().message();
    EXPECT_EQ(store->get(kRows, "19"), value_of(19));
    EXPECT_EQ(store->get(kRows, "20"), std::nullopt);
  }
}

// A record over several blocks of which the disk kept some: the middle is lost, the end is there.
TEST(RocksDamage, ALastRecordWithAHoleIsNone) {
  const TemporaryFolder folder;
  {
    Store store(advised(folder / "db"));
    store->store(StoreToken{1}, put("kept", "1"));
    store.stored.wait_for(1);
    store->store(StoreToken{2}, put("torn", std::string(200'000, 'x')));
    store.stored.wait_for(2);
  }
  const std::string log = files(folder / "db", ".log").back();
  overwrite(log, 70'000, 32 * 1024);
  Store store(advised(folder / "db"));
  ASSERT_TRUE(store.opened) << store.opened.error().message();
  EXPECT_EQ(store->get(kRows, "kept"), "1");
  EXPECT_EQ(store->get(kRows, "torn"), std::nullopt);
}

TEST(RocksDamage, AnOlderFormatIsNamedAndSetAsideByRepair) {
  const TemporaryFolder folder;
  write_rows(folder / "db", 3);
  RocksOptions later = advised(folder / "db");
  later.format_version = 2;
  const auto before = contents(folder / "db");
  const Error error = refusal(later);
  EXPECT_TRUE(error == StoreError::kOlderFormat);
  EXPECT_THAT(error.detail(), testing::HasSubstr("ask a doctor"));
  EXPECT_EQ(contents(folder / "db"), before);
  later.repair = true;
  Store store(later);
  ASSERT_TRUE(store.opened) << store.opened.error().message();
  EXPECT_TRUE(fs::exists(store->set_aside()));
  EXPECT_EQ(store->get(kRows, "1"), std::nullopt);
}

TEST(RocksDamage, ASoundDatabaseIsOpenedAsItIsByRepair) {
  const TemporaryFolder folder;
  write_rows(folder / "db");
  RocksOptions repairing = advised(folder / "db");
  repairing.repair = true;
  Store store(repairing);
  EXPECT_EQ(store->set_aside(), "");
  for (std::uint64_t row = 1; row <= kRowCount; ++row) ASSERT_EQ(store->get(kRows, std::to_string(row)), value_of(row));
}

TEST(RocksDamage, IsSetAsideTwiceWithoutLosingTheFirst) {
  const TemporaryFolder folder;
  std::vector<std::string> aside;
  for (int time = 0; time < 2; ++time) {
    write_rows(folder / "db", 3);
    std::ofstream(folder / "db/CURRENT") << "nonsense\n";
    const auto moved = set_database_aside(folder / "db");
    ASSERT_TRUE(moved) << moved.error().message();
    aside.push_back(*moved);
  }
  EXPECT_NE(aside[0], aside[1]);
  for (const std::string& path : aside) EXPECT_TRUE(fs::exists(path + "/CURRENT"));
}

TEST(RocksDamage, OnlyADatabasesOwnFilesAreMoved) {
  for (const auto* name : {"CURRENT", "IDENTITY", "LOG", "LOG.old.1764000000", "MANIFEST-000005", "OPTIONS-000007",
                           "000010.sst", "000012.log", "000001.dbtmp"}) {
    EXPECT_TRUE(is_database_file(name)) << name;
  }
  for (const auto* name : {"admin.pem", "LOCK", "damaged-20260131T120000Z", "notes.log", ".sst", "10", "10.pem"}) {
    EXPECT_FALSE(is_database_file(name)) << name;
  }
}

}  // namespace
}  // namespace suara::shell
