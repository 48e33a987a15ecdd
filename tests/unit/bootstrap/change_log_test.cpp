#include "bootstrap-server/core/change_log.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/store/schema.hpp"
#include "common/store/memory_store.hpp"

#include <gtest/gtest.h>

namespace suara::directory {
namespace {

const std::string kBusy(64, 'a');
const std::string kQuiet(64, 'b');

std::uint64_t append(store::MemoryStore& store, const std::string& network, std::uint16_t port) {
  store::Draft draft(store);
  Change change = wire::PeerJoined{wire::Address{"a", port}, network, 0};
  append_change(draft, change, from_unix_ms(1'764'000'000'000));
  store.apply(draft.take());
  return std::get<wire::PeerJoined>(change).revision;
}

std::size_t size_of(const store::MemoryStore& store, store::Family family) {
  std::size_t keys = 0;
  store.scan(family, {}, [&](std::string_view, std::string_view) { return ++keys > 0; });
  return keys;
}

TEST(ChangeLog, KeepsTheLatestOfAllNetworksAndSaysWhenThatIsNotEnough) {
  store::MemoryStore store;
  const std::uint64_t first = append(store, kQuiet, 1);
  for (std::uint64_t i = 0; i < kChangesKept - 2; ++i) append(store, kBusy, 1);
  const std::uint64_t last = append(store, kQuiet, 2);
  EXPECT_EQ(last - first, kChangesKept - 1);
  EXPECT_EQ(size_of(store, kChanges), kChangesKept);
  const std::string both = encode_event(wire::PeerJoined{wire::Address{"a", 1}, kQuiet, first}) +
                           encode_event(wire::PeerJoined{wire::Address{"a", 2}, kQuiet, last});
  EXPECT_EQ(changes_since(store, kQuiet, first - 1), both);

  append(store, kBusy, 2);
  EXPECT_EQ(size_of(store, kChanges), kChangesKept);
  EXPECT_EQ(size_of(store, kChangeOrder), kChangesKept);
  EXPECT_EQ(changes_since(store, kQuiet, first - 1), std::nullopt);
  EXPECT_EQ(changes_since(store, kQuiet, first), encode_event(wire::PeerJoined{wire::Address{"a", 2}, kQuiet, last}));
  EXPECT_EQ(changes_since(store, kBusy, first), std::nullopt) << "more than is sent at once";
  EXPECT_EQ(changes_since(store, kQuiet, last + 1), "");
  EXPECT_EQ(changes_since(store, kQuiet, last + 2), std::nullopt) << "the future";
}

}  // namespace
}  // namespace suara::directory
