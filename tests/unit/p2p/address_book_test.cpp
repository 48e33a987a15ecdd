#include "peer-node/p2p/address_book.hpp"
#include "common/store/memory_store.hpp"

#include <gtest/gtest.h>

namespace suara::p2p {
namespace {

const auto kAnybody = [](const wire::Address&) { return true; };

struct AddressBookTest : ::testing::Test {
  Now now{Instant{} + std::chrono::hours(1), from_unix_ms(1'000'000)};
  SeededRng rng{1};
  AddressBook book;

  static wire::Address address(std::uint32_t number) {
    return {"10.0." + std::to_string(number / 256) + "." + std::to_string(number % 256), 3000};
  }
  void wait(std::chrono::seconds time) { now.instant += time; }
};

TEST_F(AddressBookTest, RemembersAcrossRestarts) {
  store::MemoryStore disk;
  book.add(address(1), now);
  book.add(address(2), now);
  ASSERT_TRUE(book.flush_deadline().has_value());
  disk.apply(book.flush());
  book.forget(address(2), now);
  disk.apply(book.flush());
  EXPECT_FALSE(book.flush_deadline().has_value());
  AddressBook again;
  again.load(disk);
  EXPECT_TRUE(again.contains(address(1)));
  EXPECT_FALSE(again.contains(address(2)));
}

TEST_F(AddressBookTest, FailuresBackOffFromASecondToAMinute) {
  book.add(address(1), now);
  std::chrono::milliseconds waited{0};
  for (int failure = 0; failure < 12; ++failure) {
    ASSERT_TRUE(book.draw(now.instant, rng, kAnybody).has_value());
    book.dial_failed(address(1), now, rng);
    const auto next = book.next_attempt(now.instant);
    ASSERT_TRUE(next.has_value());
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(*next - now.instant);
    EXPECT_GE(wait, std::min<std::chrono::milliseconds>(waited, std::chrono::seconds(40)));
    EXPECT_GE(wait, kFirstRetry);
    EXPECT_LE(wait, kLastRetry);
    waited = std::chrono::seconds(1) * (1 << std::min(failure, 5));
    EXPECT_FALSE(book.draw(*next - std::chrono::microseconds(1), rng, kAnybody).has_value());
    now.instant = *next;
  }
}

TEST_F(AddressBookTest, ForgetsTheUnreachableWhileOthersAreKnown) {
  for (std::uint32_t i = 0; i < 2 * kMinAddresses; ++i) book.add(address(i), now);
  for (unsigned failure = 0; failure < kMaxDialFailures; ++failure) book.dial_failed(address(0), now, rng);
  EXPECT_FALSE(book.contains(address(0)));
}

TEST_F(AddressBookTest, IsBoundedAndGivesUpTheWorst) {
  for (std::uint32_t i = 0; i < kMaxAddresses; ++i) book.add(address(i), now);
  book.dial_failed(address(17), now, rng);
  EXPECT_TRUE(book.add(address(60'000), now));
  EXPECT_EQ(book.size(), kMaxAddresses);
  EXPECT_FALSE(book.contains(address(17)));
}

TEST_F(AddressBookTest, TellsOthersOnlyOfThoseThatDoNotFail) {
  book.add(address(1), now);
  book.add(address(2), now);
  book.dial_failed(address(1), now, rng);
  EXPECT_EQ(book.sample(10, rng), std::vector<wire::Address>{address(2)});
}

}  // namespace
}  // namespace suara::p2p
