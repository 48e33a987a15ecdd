#include "tests/shell/open_store.hpp"
#include "tests/shell/small_disk.hpp"

#include <gmock/gmock.h>

namespace suara::shell {
namespace {

std::string random_text(std::uint64_t seed, std::size_t size) {
  std::string text(size, '\0');
  for (char& c : text) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    c = static_cast<char>(seed >> 56);
  }
  return text;
}

constexpr std::uint64_t kQueued = 20;

// Rows of 4 KiB that no compression makes smaller, a commit each until the disk is full, and some that queue up then.
// The token of the last one.
std::uint64_t write_until_full(Store& store) {
  std::uint64_t token = store.stored.all().size();
  const auto write = [&] {
    ++token;
    store->store(StoreToken{token}, put(std::to_string(token), random_text(token, 4096)));
  };
  while (store.unavailable.all().empty()) {
    write();
    while (store.stored.all().size() < token && store.unavailable.all().empty()) store.reactor.call([] {});
  }
  for (std::uint64_t i = 0; i < kQueued; ++i) write();
  return token;
}

class RocksFullDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (!disk_.mounted()) GTEST_SKIP() << "not allowed to mount a file system";
  }
  SmallDisk disk_{"64m"};
};

TEST_F(RocksFullDisk, WaitsAndGoesOnWithEverythingInOrder) {
  std::uint64_t tokens = 0;
  {
    Store store(options_in(disk_ / "db"));
    store->store(StoreToken{1}, put("before", "1"));
    store.stored.wait_for(1);
    disk_.fill();
    tokens = write_until_full(store);
    EXPECT_LE(store.stored.all().size(), tokens - kQueued);
    EXPECT_EQ(store->get(kRows, "before"), "1") << "it can still be read";
    disk_.make_room();
    EXPECT_THAT(store.unavailable.wait_for(2), testing::ElementsAre(true, false));
    const auto stored = store.stored.wait_for(tokens);
    EXPECT_TRUE(std::is_sorted(stored.begin(), stored.end()));
    EXPECT_THAT(store.failed.all(), testing::IsEmpty());
  }
  Store again(options_in(disk_ / "db"));
  for (std::uint64_t token = 2; token <= tokens; ++token) {
    ASSERT_EQ(again->get(kRows, std::to_string(token)), random_text(token, 4096)) << token;
  }
}

// As after a kill: the folder is copied while the store is open, and waits.
TEST_F(RocksFullDisk, WhatIsOnDiskWhileItWaitsIsWhole) {
  const TemporaryFolder elsewhere;
  Store store(options_in(disk_ / "db"));
  disk_.fill();
  write_until_full(store);
  const std::size_t stored = store.stored.all().size();
  std::filesystem::copy(disk_ / "db", elsewhere / "full", std::filesystem::copy_options::recursive);

  Store full(options_in(elsewhere / "full"));
  ASSERT_TRUE(full.opened) << full.opened.error().message();
  for (std::uint64_t token = 1; token <= stored; ++token) {
    ASSERT_EQ(full->get(kRows, std::to_string(token)), random_text(token, 4096)) << token;
  }
}

TEST_F(RocksFullDisk, ClosesWhileItWaits) {
  std::size_t stored = 0;
  std::uint64_t tokens = 0;
  {
    Store store(options_in(disk_ / "db"));
    disk_.fill();
    tokens = write_until_full(store);
    stored = store.stored.all().size();
    EXPECT_THAT(store.failed.all(), testing::IsEmpty());
  }
  EXPECT_LE(stored, tokens - kQueued);
}

TEST_F(RocksFullDisk, WithoutAnybodyToTellItIsAFailure) {
  RunningReactor reactor;
  Recorder<Error> failed;
  StoreHandlers handlers;
  handlers.on_failed = [&](const Error& error) { failed.add(error); };
  auto store = RocksStore::open(reactor.get(), options_in(disk_ / "db"), std::move(handlers));
  ASSERT_TRUE(store);
  disk_.fill();
  for (std::uint64_t token = 1; failed.all().empty(); ++token) {
    (*store)->store(StoreToken{token}, put(std::to_string(token), random_text(token, 4096)));
    reactor.call([] {});
  }
  EXPECT_TRUE(failed.all()[0] == StoreError::kWriteFailed);
  EXPECT_THAT(failed.all()[0].detail(), testing::HasSubstr("No space left on device"));
  reactor.call([&] { store = Error(); });
}

TEST_F(RocksFullDisk, IsNotOpenedOnOne) {
  disk_.fill();
  std::filesystem::create_directory(disk_ / "db");
  const Error error = refusal(options_in(disk_ / "db"));
  EXPECT_TRUE(error == StoreError::kNoRoom);
}

}  // namespace
}  // namespace suara::shell
