#include "common/shell/rocks_store.hpp"

#include "common/shell/rocks_check.hpp"
#include "common/store/memory_store.hpp"
#include "common/util/rng.hpp"
#include "tests/shell/open_store.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/file_system.h>
#include <rocksdb/status.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <random>

namespace suara::shell {
namespace {

TEST(RocksStore, KeepsWhatItReportedStored) {
  const TemporaryFolder folder;
  {
    Store store(options_in(folder / "db"));
    store->store(StoreToken{1}, put("a", "1"));
    store->store(StoreToken{2}, put("b", "2"));
    EXPECT_THAT(store.stored.wait_for(2), testing::ElementsAre(1U, 2U));
    EXPECT_EQ(store->get(kRows, "a"), "1");
    EXPECT_EQ(store->get(kIndex, "a"), std::nullopt);
  }
  Store again(options_in(folder / "db"));
  EXPECT_EQ(again->get(kRows, "a"), "1");
  EXPECT_EQ(again->get(kRows, "b"), "2");
}

TEST(RocksStore, TellsWhatItCommittedBeforeItReportsItStored) {
  const TemporaryFolder folder;
  Store store(options_in(folder / "db"));
  for (std::uint64_t i = 1; i <= 50; ++i) store->store(StoreToken{i}, put(std::to_string(i), std::string(100, 'x')));
  store.stored.wait_for(50);
  std::size_t batches = 0;
  for (const StoreCommit& commit : store.commits.all()) {
    batches += commit.batches;
    EXPECT_GT(commit.size_bytes, commit.batches * 100);
    EXPECT_GT(commit.took.count(), 0);
  }
  EXPECT_EQ(batches, 50U);
}

TEST(RocksStore, LaterWritesWinWithinABatchAndAcrossBatches) {
  const TemporaryFolder folder;
  Store store(options_in(folder / "db"));
  store::WriteBatch batch = put("a", "1");
  batch.put(kRows, "a", "2");
  batch.put(kRows, "b", "1");
  batch.remove(kRows, "b");
  store->store(StoreToken{1}, std::move(batch));
  store->store(StoreToken{2}, put("a", "3"));
  store.stored.wait_for(2);
  EXPECT_EQ(store->get(kRows, "a"), "3");
  EXPECT_EQ(store->get(kRows, "b"), std::nullopt);
}

// More than RocksDB takes at once, from memory and from files.
TEST(RocksStore, FindsManyAsItFindsEach) {
  const TemporaryFolder folder;
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back(std::to_string(i * 7 % 300));
  names.insert(names.end(), {"7", "7", "9"});
  const std::vector<std::string_view> keys(names.begin(), names.end());
  store::StoreView::Values expected;
  for (const std::string& name : names) {
    const int i = std::stoi(name);
    expected.push_back(i % 3 == 0 ? std::nullopt : std::optional(std::string(static_cast<std::size_t>(i), 'x')));
  }
  {
    Store store(options_in(folder / "db"));
    store::WriteBatch rows;
    for (int i = 0; i < 300; ++i) {
      rows.put(kRows, std::to_string(i), std::string(static_cast<std::size_t>(i), 'x'));
      if (i % 3 == 0) rows.remove(kRows, std::to_string(i));
    }
    store->store(StoreToken{1}, std::move(rows));
    store.stored.wait_for(1);
    EXPECT_EQ(store->get_many(kRows, keys), expected);
    EXPECT_EQ(store->get_many(kIndex, keys), store::StoreView::Values(keys.size()));
    EXPECT_TRUE(store->get_many(kRows, {}).empty());
  }
  Store again(options_in(folder / "db"));
  EXPECT_EQ(again->get_many(kRows, keys), expected);
  EXPECT_EQ(again->snapshot()->get_many(kRows, keys), expected);
}

TEST(RocksStore, WritesWhatIsQueuedBeforeItCloses) {
  const TemporaryFolder folder;
  {
    Store store(options_in(folder / "db"));
    for (int i = 0; i < 200; ++i) store->store(StoreToken{1}, put(std::to_string(i), "x"));
  }
  Store again(options_in(folder / "db"));
  for (int i = 0; i < 200; ++i) ASSERT_EQ(again->get(kRows, std::to_string(i)), "x") << i;
}

TEST(RocksStore, ScansLikeTheOrderedMapOfTheSimulator) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeededRng rng(seed);
  const auto random_key = [&] {
    std::string key;
    for (std::uint64_t i = rng.below(4); i > 0; --i) key += static_cast<char>(rng.below(4) * 85);
    return key;
  };
  const TemporaryFolder folder;
  Store store(options_in(folder / "db"));
  store::MemoryStore model;
  store::WriteBatch batch;
  for (int i = 0; i < 300; ++i) {
    const auto family = static_cast<store::Family>(rng.below(2));
    if (rng.below(3) == 0) {
      batch.remove(family, random_key());
    } else {
      batch.put(family, random_key(), std::to_string(i));
    }
  }
  model.apply(batch);
  store->store(StoreToken{1}, batch);
  store.stored.wait_for(1);

  using Rows = std::vector<std::pair<std::string, std::string>>;
  const auto rows = [](const store::StoreView& view, store::Family family, const std::string& from, bool back,
                       std::size_t most) {
    Rows found;
    const auto visit = [&](std::string_view key, std::string_view value) {
      found.emplace_back(key, value);
      return found.size() < most;
    };
    back ? view.scan_back(family, from, visit) : view.scan(family, from, visit);
    return found;
  };
  for (int i = 0; i < 300; ++i) {
    const auto family = static_cast<store::Family>(rng.below(2));
    const std::string from = random_key();
    const bool back = rng.below(2) == 0;
    const std::size_t most = 1 + rng.below(20);
    ASSERT_EQ(rows(*store, family, from, back, most), rows(model, family, from, back, most));
    ASSERT_EQ(store->get(family, from), model.get(family, from));
  }
}

TEST(RocksStore, ASnapshotShowsOneMoment) {
  const TemporaryFolder folder;
  Store store(options_in(folder / "db"));
  store->store(StoreToken{1}, put("a", "1"));
  store.stored.wait_for(1);
  const auto snapshot = store->snapshot();
  store->store(StoreToken{2}, put("a", "2"));
  store->store(StoreToken{3}, put("b", "2"));
  store.stored.wait_for(3);
  EXPECT_EQ(snapshot->get(kRows, "a"), "1");
  EXPECT_EQ(snapshot->get(kRows, "b"), std::nullopt);
  std::string seen;
  const auto visit = [&](std::string_view key, std::string_view value) {
    seen.append(key).append(value);
    return true;
  };
  snapshot->scan(kRows, "", visit);
  snapshot->scan_back(kRows, "z", visit);
  EXPECT_EQ(seen, "a1a1");
  EXPECT_EQ(store->get(kRows, "a"), "2");
  EXPECT_EQ(store->snapshot()->get(kRows, "b"), "2");
}

TEST(RocksStore, RefusesAnotherNetworksDatabaseAndTouchesNothing) {
  const TemporaryFolder folder;
  {
    const Store store(options_in(folder / "db"));
  }
  const auto before = contents(folder / "db");
  RocksOptions other = options_in(folder / "db");
  other.identity = "network-b";
  const Error error = refusal(other);
  EXPECT_TRUE(error == StoreError::kOtherIdentity);
  EXPECT_THAT(error.detail(), testing::AllOf(testing::HasSubstr("network-a"), testing::HasSubstr("network-b")));
  EXPECT_EQ(contents(folder / "db"), before);
}

TEST(RocksStore, RefusesANewerFormatAndTouchesNothing) {
  const TemporaryFolder folder;
  RocksOptions newer = options_in(folder / "db");
  newer.format_version = 2;
  newer.families.emplace_back("introduced later");
  {
    const Store store(newer);
  }
  const auto before = contents(folder / "db");
  EXPECT_TRUE(refusal(options_in(folder / "db")) == StoreError::kNewerFormat);
  EXPECT_EQ(contents(folder / "db"), before);
}

TEST(RocksStore, RefusesAFileAndAFolderThatCannotBe) {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "x";
  EXPECT_TRUE(refusal(options_in(folder / "file")) == StoreError::kCannotOpen);
  EXPECT_TRUE(refusal(options_in(folder / "file/db")) == StoreError::kCannotOpen);
}

TEST(RocksStore, RefusesAFolderItMayNotWrite) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_TRUE(refusal(options_in(folder.path())) == StoreError::kNotPermitted);
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

// As left behind by somebody else in a folder that everybody may write.
TEST(RocksStore, ALockFileItMayNotWriteIsAMatterOfPermissionNotOfAnotherProcess) {
  EXPECT_TRUE(to_store_error(RocksOptions{},
                             rocksdb::Status::IOError("while open a file for lock: db/LOCK", "Permission denied")) ==
              StoreError::kNotPermitted);
  EXPECT_TRUE(to_store_error(RocksOptions{}, rocksdb::Status::IOError("lock hold by current process: db/LOCK",
                                                                      "No locks available")) == StoreError::kLocked);
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TemporaryFolder folder;
  {
    const Store store(options_in(folder / "db"));
  }
  std::filesystem::permissions(folder / "db/LOCK", std::filesystem::perms::owner_read);
  EXPECT_TRUE(refusal(options_in(folder / "db")) == StoreError::kNotPermitted);
}

TEST(RocksStore, RefusesADatabaseThatAnotherProcessHasOpen) {
  const TemporaryFolder folder;
  {
    const Store store(options_in(folder / "db"));
  }
  int locked[2];
  ASSERT_EQ(::pipe(locked), 0);
  const std::string lock_file = folder / "db/LOCK";
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const int file = ::open(lock_file.c_str(), O_RDWR);
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(file, F_SETLK, &lock) != 0 || ::write(locked[1], "x", 1) != 1) ::_exit(1);
    while (true) ::pause();
  }
  char ready = 0;
  EXPECT_EQ(::read(locked[0], &ready, 1), 1);
  EXPECT_TRUE(refusal(options_in(folder / "db")) == StoreError::kLocked);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(locked[0]);
  ::close(locked[1]);
}

// Files whose syncs fail once it is told so.
class FailingSyncs final : public rocksdb::FileSystemWrapper {
 public:
  FailingSyncs(const std::shared_ptr<FileSystem>& files, std::atomic<bool>& failing)
      : FileSystemWrapper(files), failing_(failing) {}
  [[nodiscard]] const char* Name() const override { return "FailingSyncs"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* made,
                                    rocksdb::IODebugContext* debug) override {
    auto status = target()->NewWritableFile(path, options, made, debug);
    if (status.ok()) *made = std::make_unique<File>(std::move(*made), failing_);
    return status;
  }

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, std::atomic<bool>& failing)
        : FSWritableFileOwnerWrapper(std::move(file)), failing_(failing) {}
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      return failing_ ? rocksdb::IOStatus::IOError("the disk", "is broken") : target()->Sync(options, debug);
    }

   private:
    std::atomic<bool>& failing_;
  };

  std::atomic<bool>& failing_;
};

TEST(RocksStore, AfterAFailedSyncNothingIsStored) {
  static std::atomic<bool> failing;  // the database is abandoned, and with it what refers to this
  failing = false;
  const TemporaryFolder folder;
  RocksOptions options = options_in(folder / "db");
  options.observe_files = [](auto files) { return std::make_shared<FailingSyncs>(files, failing); };
  Store store(options);
  store->store(StoreToken{1}, put("a", "1"));
  store.stored.wait_for(1);
  failing = true;
  store->store(StoreToken{2}, put("b", "2"));
  const Error error = store.failed.wait_for(1)[0];
  EXPECT_TRUE(error == StoreError::kWriteFailed);
  EXPECT_THAT(error.detail(), testing::HasSubstr("is broken"));
  failing = false;
  store->store(StoreToken{3}, put("c", "3"));
  store.reactor.call([&] { store.opened = Error(); });
  store.reactor.call([] {});
  EXPECT_THAT(store.stored.all(), testing::ElementsAre(1U));
  EXPECT_EQ(store.failed.all().size(), 1U);
}

// A disk that takes no more, as the process's file size limit makes one.
class FullDisk {
 public:
  FullDisk() : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit tiny{1024, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tiny);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

TEST(RocksStore, ReportsAFailedCommitOnceAndNothingStoredAfterIt) {
  const TemporaryFolder folder;
  Store store(options_in(folder / "db"));
  store->store(StoreToken{1}, put("a", "1"));
  store.stored.wait_for(1);
  {
    const FullDisk full;
    store->store(StoreToken{2}, put("b", std::string(100'000, 'x')));
    EXPECT_TRUE(store.failed.wait_for(1)[0] == StoreError::kWriteFailed);
  }
  store->store(StoreToken{3}, put("c", "3"));
  store.reactor.call([&] { store.opened = Error(); });
  store.reactor.call([] {});
  EXPECT_THAT(store.stored.all(), testing::ElementsAre(1U));
  EXPECT_EQ(store.failed.all().size(), 1U);
}

}  // namespace
}  // namespace suara::shell
