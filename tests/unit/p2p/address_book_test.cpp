#include "peer-node/p2p/address_book.hpp"
#include "common/store/memory_store.hpp"
#include "peer-node/store/schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace suara::p2p {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kNewOfSource = kNewBucketsOfSource * kBucketPlaces;

const auto kAnybody = [](const wire::Address&) { return true; };

struct AddressBookTest : ::testing::Test {
  Now now{Instant{} + 1h, from_unix_ms(1'764'000'000'000)};
  SeededRng rng{1};
  AddressBook book;

  /// Of one network, 10.x being as good as many.
  static wire::Address of_network(std::uint32_t network, std::uint32_t number) {
    return {"8." + std::to_string(network) + "." + std::to_string(number / 250) + "." + std::to_string(number % 250),
            3000};
  }
  /// Each of its own network, as far as there are that many.
  static wire::Address address(std::uint32_t number) {
    return {"10.0." + std::to_string(number / 250) + "." + std::to_string(number % 250), 3000};
  }
  static NetGroup source(std::uint32_t number) { return NetGroup(address(number).host); }
  bool add(const wire::Address& address, std::uint32_t from = 0) { return book.add(address, source(from), now); }
  void try_out(const wire::Address& address) {
    add(address);
    book.succeeded(address, now);
  }
  void fail(const wire::Address& address, unsigned times) {
    for (unsigned i = 0; i < times; ++i) book.failed(address, now, rng);
  }
  void wait(std::chrono::milliseconds time) {
    now.instant += time;
    now.wall += time;
  }
  /// Succeeds with addresses of one network until one finds its place among the tried taken; that one.
  wire::Address claim() {
    for (std::uint32_t i = 0; i < 1'000; ++i) {
      const wire::Address next = of_network(1, i);
      if (!add(next)) continue;
      book.succeeded(next, now);
      if (book.to_test()) return next;
    }
    ADD_FAILURE() << "none claims a place";
    return {};
  }
};

// -- the disk --

TEST_F(AddressBookTest, RemembersAcrossRestarts) {
  store::MemoryStore disk;
  book.load(disk, now, rng);
  add(address(1));
  add(address(2));
  try_out(address(3));
  ASSERT_TRUE(book.flush_deadline().has_value());
  disk.apply(book.flush());
  book.forget(address(2), now);
  disk.apply(book.flush());
  EXPECT_FALSE(book.flush_deadline().has_value());
  AddressBook again;
  again.load(disk, now, rng);
  EXPECT_TRUE(again.contains(address(1)));
  EXPECT_FALSE(again.is_tried(address(1)));
  EXPECT_FALSE(again.contains(address(2)));
  EXPECT_TRUE(again.is_tried(address(3)));
  EXPECT_EQ(again.size(), 2U);
  EXPECT_TRUE(again.flush().empty()) << "what was read is not written again";
}

TEST_F(AddressBookTest, AFullBookComesBackWhole) {
  store::MemoryStore disk;
  book.load(disk, now, rng);
  for (std::uint32_t i = 0; i < 3'000; ++i) add(of_network(i % 200, i), i % 7);
  for (std::uint32_t i = 0; i < 500; ++i) book.succeeded(of_network(i % 200, i), now);
  disk.apply(book.flush());
  AddressBook again;
  again.load(disk, now, rng);
  EXPECT_EQ(again.size(), book.size());
  EXPECT_EQ(again.tried(), book.tried());
  EXPECT_FALSE(again.flush_deadline()) << "everything has the place it had: the secret is the same";
}

TEST_F(AddressBookTest, WritesOnlyWhatChanged) {
  book.load(store::MemoryStore(), now, rng);
  for (std::uint32_t i = 0; i < 100; ++i) add(address(i));
  EXPECT_EQ(book.flush().writes().size(), book.size() + 1) << "and the secret";
  fail(address(7), 1);
  fail(address(7), 1);
  EXPECT_EQ(book.flush().writes().size(), 1U);
  EXPECT_TRUE(book.flush().empty());
}

TEST_F(AddressBookTest, ReadsTheRowsOfFormat2) {
  store::MemoryStore disk;
  store::WriteBatch older;
  older.put(node_store::kAddresses, "192.0.2.1:3000", std::string("\x00\x10\x20\x30\x40\x01\x00\x00", 8));
  older.put(node_store::kAddresses, "192.0.2.2:3000", std::string(8, '\0'));
  older.put(node_store::kAddresses, "192.0.2.3:3000", "nonsense!");
  disk.apply(older);
  book.load(disk, now, rng);
  EXPECT_EQ(book.size(), 2U);
  EXPECT_TRUE(book.is_tried({"192.0.2.1", 3000}));
  EXPECT_FALSE(book.is_tried({"192.0.2.2", 3000}));
  EXPECT_FALSE(book.is_terrible({"192.0.2.2", 3000}, now));
}

TEST_F(AddressBookTest, WhateverHappenedTheNextLifeFindsTheSameBook) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeededRng random(seed);
  store::MemoryStore disk;
  book.load(disk, now, random);
  constexpr std::uint32_t kKnown = 1'500;  // of one network: more than its 512 places among the tried
  std::size_t claims = 0;
  for (int step = 0; step < 15'000; ++step) {
    const auto it = of_network(1, static_cast<std::uint32_t>(random.below(kKnown)));
    switch (random.below(8)) {
      case 0: fail(it, 1); break;
      case 1: book.forget(it, now); break;
      case 2: book.said_to_have_left(it, now); break;
      case 3: wait(1min * random.below(300)); break;
      case 4:
        if (const auto old = book.to_test()) fail(*old, 1);
        break;
      default: add(it, static_cast<std::uint32_t>(random.below(50))); book.succeeded(it, now);
    }
    claims += book.to_test() ? 1U : 0U;
  }
  EXPECT_GT(claims, 1'000U);
  disk.apply(book.flush());
  AddressBook again;
  again.load(disk, now, random);
  EXPECT_EQ(again.size(), book.size());
  for (std::uint32_t i = 0; i < kKnown; ++i) {
    EXPECT_EQ(again.contains(of_network(1, i)), book.contains(of_network(1, i)));
    EXPECT_EQ(again.is_tried(of_network(1, i)), book.is_tried(of_network(1, i)));
  }
  EXPECT_FALSE(again.flush_deadline());
}

// -- dialing --

TEST_F(AddressBookTest, FailuresBackOffFromASecondToAMinute) {
  add(address(1));
  std::chrono::milliseconds waited{0};
  for (int failure = 0; failure < 12; ++failure) {
    ASSERT_TRUE(book.draw(now.instant, rng, kAnybody).has_value());
    book.failed(address(1), now, rng);
    const auto next = book.next_attempt(now.instant);
    ASSERT_TRUE(next.has_value());
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(*next - now.instant);
    EXPECT_GE(wait, std::min<std::chrono::milliseconds>(waited, 40s));
    EXPECT_GE(wait, kFirstRetry);
    EXPECT_LE(wait, kLastRetry);
    waited = 1s * (1 << std::min(failure, 5));
    EXPECT_FALSE(book.draw(*next - 1us, rng, kAnybody).has_value());
    now.instant = *next;
  }
}

TEST_F(AddressBookTest, DrawsTriedAndNewAlike) {
  try_out(address(0));
  for (std::uint32_t i = 1; i <= 2'000; ++i) add(address(i));
  wait(1min);
  int tried = 0;
  for (int i = 0; i < 1'000; ++i) tried += book.draw(now.instant, rng, kAnybody) == address(0) ? 1 : 0;
  EXPECT_GT(tried, 400);
  EXPECT_LT(tried, 600);
}

TEST_F(AddressBookTest, WhoFillsItsBucketsIsNotDrawnMoreOften) {
  for (std::uint32_t i = 0; i < 20'000; ++i) add(address(i), 1);
  ASSERT_GT(book.size(), kNewOfSource * 9 / 10);
  const auto honest = [](const wire::Address& it) { return it.host.starts_with("8."); };
  for (std::uint32_t i = 0; i < 64; ++i) add(of_network(i, 1), 100 + i);
  int drawn = 0;
  for (int i = 0; i < 1'000; ++i) drawn += honest(*book.draw(now.instant, rng, kAnybody)) ? 1 : 0;
  EXPECT_GT(drawn, 350) << "64 against 4,000, and almost half the buckets";
}

TEST_F(AddressBookTest, OneThatWillDoIsFoundAmongThousandsThatWillNot) {
  for (std::uint32_t i = 0; i < 10'000; ++i) add(address(i), i % 3);
  add(of_network(1, 1), 99);
  const auto usable = [](const wire::Address& it) { return it.host.starts_with("8."); };
  std::optional<wire::Address> found;
  for (int looks = 0; looks < 100 && !found; ++looks) {
    found = book.draw(now.instant, rng, usable);
    if (found) break;
    const auto again = book.next_attempt(now.instant);
    ASSERT_TRUE(again && *again <= now.instant + kDrawAgain);
    now.instant = *again;
  }
  EXPECT_EQ(found, of_network(1, 1));
}

// -- forgetting --

TEST_F(AddressBookTest, ForgetsTheUnreachableWhileOthersAreKnown) {
  for (std::uint32_t i = 0; i < 2 * kMinAddresses; ++i) add(address(i));
  fail(address(0), kMaxDialFailures - 1);
  EXPECT_TRUE(book.contains(address(0)));
  fail(address(0), 1);
  EXPECT_FALSE(book.contains(address(0)));
}

TEST_F(AddressBookTest, FailuresWhileThisMachineIsCutOffSpeakAgainstNobody) {
  for (std::uint32_t i = 0; i < 100; ++i) add(address(i), i);
  ASSERT_GT(book.size(), kMinAddresses);
  const std::size_t known = book.size();
  for (unsigned times = 0; times < 3 * kMaxDialFailures; ++times) {
    for (std::uint32_t i = 0; i < 100; ++i) book.failed(address(i), now, rng, false);
    wait(kLastRetry);
  }
  EXPECT_EQ(book.size(), known);
  EXPECT_EQ(book.sample(1'000, now, rng).size(), known) << "none is terrible";
}

TEST_F(AddressBookTest, WhatIsToldOfAgainAndAgainIsNoHearsayOfLongAgo) {
  add(address(1));
  add(address(2));
  for (int day = 0; day < 40; ++day) {
    wait(kHeardAgain + 1s);
    EXPECT_FALSE(add(address(1)));
  }
  EXPECT_FALSE(book.is_terrible(address(1), now));
  EXPECT_TRUE(book.is_terrible(address(2), now));
}

TEST_F(AddressBookTest, TheLastFewStayWhateverHappens) {
  for (std::uint32_t i = 0; i < 2 * kMinAddresses; ++i) add(address(i));
  for (std::uint32_t i = 0; i < 2 * kMinAddresses; ++i) fail(address(i), 100);
  EXPECT_EQ(book.size(), kMinAddresses);
}

TEST_F(AddressBookTest, OneThatOnceAnsweredIsForgottenAWeekLaterAtTheEarliest) {
  for (std::uint32_t i = 0; i < 2 * kMinAddresses; ++i) add(address(i));
  try_out(address(0));
  wait(kSuccessCounts);
  fail(address(0), 100);
  EXPECT_TRUE(book.contains(address(0)));
  EXPECT_FALSE(book.is_terrible(address(0), now));
  wait(1ms);
  EXPECT_TRUE(book.is_terrible(address(0), now));
  fail(address(0), 1);
  EXPECT_FALSE(book.contains(address(0)));
}

TEST_F(AddressBookTest, TerribleOnesAreDialedSeldom) {
  for (std::uint32_t i = 0; i < 2 * kMinAddresses; ++i) add(address(i));
  fail(address(0), 9);
  const auto is_first = [](const wire::Address& it) { return it == address(0); };
  EXPECT_FALSE(book.draw(now.instant + kLastRetry, rng, is_first));
  EXPECT_TRUE(book.draw(now.instant + kTerribleRetry, rng, is_first));
}

TEST_F(AddressBookTest, ANoticeOfLeavingTakesAwayOnlyWhatNeverAnswered) {
  for (std::uint32_t i = 0; i < 2 * kMinAddresses; ++i) add(address(i));
  try_out(address(0));
  book.said_to_have_left(address(1), now);
  EXPECT_FALSE(book.contains(address(1)));
  book.said_to_have_left(address(0), now);
  EXPECT_TRUE(book.contains(address(0)));
  const auto told = book.sample(1'000, now, rng);
  EXPECT_EQ(std::ranges::find(told, address(0)), told.end());
  fail(address(0), 1);
  EXPECT_FALSE(book.contains(address(0))) << "its own experience agrees";
}

TEST_F(AddressBookTest, ANoticeThatWasWrongIsForgottenOnceItAnswers) {
  for (std::uint32_t i = 0; i < 2 * kMinAddresses; ++i) add(address(i));
  try_out(address(0));
  book.said_to_have_left(address(0), now);
  book.succeeded(address(0), now);
  fail(address(0), 1);
  EXPECT_TRUE(book.contains(address(0)));
}

// -- telling others --

TEST_F(AddressBookTest, TellsOthersOnlyOfThoseThatDoNotFail) {
  add(address(1));
  add(address(2));
  fail(address(1), 1);
  EXPECT_EQ(book.sample(10, now, rng), std::vector<wire::Address>{address(2)});
}

TEST_F(AddressBookTest, TellsNobodyOfWhatIsHearsayForAMonth) {
  add(address(1));
  try_out(address(2));
  wait(kHearsayCounts);
  EXPECT_EQ(book.sample(10, now, rng).size(), 2U);
  wait(1ms);
  EXPECT_EQ(book.sample(10, now, rng), std::vector<wire::Address>{address(2)});
}

TEST_F(AddressBookTest, ASampleHoldsNobodyTwice) {
  for (std::uint32_t i = 0; i < 300; ++i) add(address(i));
  auto sample = book.sample(250, now, rng);
  EXPECT_EQ(sample.size(), 250U);
  std::ranges::sort(sample);
  EXPECT_EQ(std::ranges::adjacent_find(sample), sample.end());
}

// -- buckets --

TEST_F(AddressBookTest, OneSourceReaches64Buckets) {
  for (std::uint32_t i = 0; i < 60'000; ++i) add(address(i), 1);
  EXPECT_LE(book.size(), kNewOfSource);
  EXPECT_GT(book.size(), kNewOfSource / 2);
  EXPECT_TRUE(add(of_network(1, 1), 2)) << "another's buckets are elsewhere";
}

TEST_F(AddressBookTest, OneNetworkReaches8BucketsOfTheTried) {
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    if (!add(of_network(1, i), i)) continue;
    book.succeeded(of_network(1, i), now);
  }
  EXPECT_LE(book.tried(), kTriedBucketsOfGroup * kBucketPlaces);
  EXPECT_GT(book.tried(), kTriedBucketsOfGroup * kBucketPlaces / 2);
}

TEST_F(AddressBookTest, WhoIsThereStaysUnlessTerrible) {
  wire::Address late;
  for (std::uint32_t i = 0; i < 60'000 && late.host.empty(); ++i) {
    if (!add(address(i), 1)) late = address(i);
  }
  ASSERT_FALSE(late.host.empty());
  const std::size_t known = book.size();
  for (std::uint32_t i = 0; address(i) != late; ++i) fail(address(i), kFailuresWithoutSuccess);
  EXPECT_EQ(book.size(), known) << "terrible ones are not forgotten at once";
  EXPECT_TRUE(add(late, 1));
  EXPECT_EQ(book.size(), known);
}

TEST_F(AddressBookTest, OnlyAHandshakeMakesAnAddressTried) {
  add(address(1));
  EXPECT_FALSE(add(address(1), 2));
  book.postpone(address(1), now, 1s);
  fail(address(1), 1);
  book.said_to_have_left(address(2), now);
  EXPECT_EQ(book.tried(), 0U);
  book.succeeded(address(1), now);
  EXPECT_TRUE(book.is_tried(address(1)));
  book.succeeded(address(3), now);
  EXPECT_FALSE(book.contains(address(3))) << "nobody told of it";
}

TEST_F(AddressBookTest, ATriedOneThatAnswersKeepsItsPlace) {
  const wire::Address newcomer = claim();
  const wire::Address old = *book.to_test();
  EXPECT_FALSE(book.is_tried(newcomer));
  book.succeeded(old, now);
  EXPECT_FALSE(book.to_test());
  EXPECT_TRUE(book.is_tried(old));
  EXPECT_TRUE(book.contains(newcomer));
  EXPECT_FALSE(book.is_tried(newcomer));
}

TEST_F(AddressBookTest, ATriedOneThatDoesNotAnswerMakesPlace) {
  const wire::Address newcomer = claim();
  const wire::Address old = *book.to_test();
  const std::size_t tried = book.tried();
  fail(old, 1);
  EXPECT_FALSE(book.to_test());
  EXPECT_TRUE(book.is_tried(newcomer));
  EXPECT_TRUE(book.contains(old));
  EXPECT_FALSE(book.is_tried(old));
  EXPECT_EQ(book.tried(), tried);
}

TEST_F(AddressBookTest, AClaimEndsWithEitherOfTheTwo) {
  const wire::Address newcomer = claim();
  const wire::Address old = *book.to_test();
  book.forget(old, now);
  EXPECT_FALSE(book.to_test());
  EXPECT_TRUE(book.is_tried(newcomer));
  const wire::Address next = claim();
  book.forget(next, now);
  EXPECT_FALSE(book.to_test());
}

}  // namespace
}  // namespace suara::p2p
