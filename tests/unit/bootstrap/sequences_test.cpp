#include "bootstrap-server/core/sequences.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/store/schema.hpp"
#include "common/store/memory_store.hpp"

#include <gtest/gtest.h>

#include <string>

namespace suara::directory {
namespace {

const PublicKey kOne = PrivateKey::from_seed("one").public_key();
const PublicKey kTwo = PrivateKey::from_seed("two").public_key();

wire::Address peer(std::uint64_t number) { return {"p" + std::to_string(number), 1}; }

std::size_t entries(const store::StoreView& view, store::Family family) {
  std::size_t count = 0;
  view.scan(family, {}, [&](std::string_view, std::string_view) {
    ++count;
    return true;
  });
  return count;
}

TEST(Sequences, AreKeptPerNetworkAddressAndKey) {
  store::MemoryStore store;
  store::Draft draft(store);
  remember_sequence(draft, "", peer(1), kOne, 7);
  EXPECT_EQ(remembered_sequence(draft, "", peer(1), kOne), 7U);
  EXPECT_EQ(remembered_sequence(draft, "", peer(1), kTwo), 0U);
  EXPECT_EQ(remembered_sequence(draft, "", peer(2), kOne), 0U);
  EXPECT_EQ(remembered_sequence(draft, std::string(64, 'a'), peer(1), kOne), 0U);
  forget_sequence(draft, "", peer(1), kOne);
  EXPECT_EQ(remembered_sequence(draft, "", peer(1), kOne), 0U);
  EXPECT_EQ(entries(draft, kSequences), 0U);
  EXPECT_EQ(entries(draft, kSequenceOrder), 0U);
}

TEST(Sequences, TheOnesRememberedLongestAgoAreForgotten) {
  store::MemoryStore store;
  store::Draft draft(store);
  for (std::uint64_t i = 0; i < kSequencesKept; ++i) remember_sequence(draft, "", peer(i), kOne, i + 1);
  // Heard of again, they are the youngest; one forgotten leaves room.
  remember_sequence(draft, "", peer(0), kOne, 1'000'000);
  remember_sequence(draft, "", peer(2), kOne, 1'000'002);
  forget_sequence(draft, "", peer(5), kOne);
  for (std::uint64_t i = 0; i < 4; ++i) remember_sequence(draft, "", peer(kSequencesKept + i), kOne, 1);
  store.apply(draft.take());
  EXPECT_EQ(entries(store, kSequences), kSequencesKept);
  EXPECT_EQ(entries(store, kSequenceOrder), kSequencesKept);
  for (const std::uint64_t forgotten : {1U, 3U, 4U, 5U}) {
    EXPECT_EQ(remembered_sequence(store, "", peer(forgotten), kOne), 0U) << forgotten;
  }
  EXPECT_EQ(remembered_sequence(store, "", peer(0), kOne), 1'000'000U);
  EXPECT_EQ(remembered_sequence(store, "", peer(2), kOne), 1'000'002U);
  EXPECT_EQ(remembered_sequence(store, "", peer(6), kOne), 7U);
  EXPECT_EQ(remembered_sequence(store, "", peer(kSequencesKept + 3), kOne), 1U);
}

}  // namespace
}  // namespace suara::directory
