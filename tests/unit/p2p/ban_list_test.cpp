#include "peer-node/p2p/ban_list.hpp"

#include "common/store/memory_store.hpp"
#include "common/util/hex.hpp"
#include "peer-node/p2p/limits.hpp"
#include "peer-node/store/schema.hpp"

#include <gtest/gtest.h>

namespace suara::p2p {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

struct Bans : ::testing::Test {
  store::MemoryStore store;
  BanList bans;
  WallTime now = from_unix_ms(1'764'000'000'000);
  PublicKey key = PrivateKey::from_seed("mallory").public_key();

  Result<void> ban(const std::string& who, std::optional<std::chrono::milliseconds> duration = hours(24)) {
    Ban ban{BanSubject::parse(who).value(), now, {}, "because"};
    if (duration) ban.until = now + *duration;
    store::WriteBatch writes;
    const auto added = bans.add(std::move(ban), now, writes);
    store.apply(writes);
    return added;
  }
  Result<void> unban(const std::string& who) {
    store::WriteBatch writes;
    const auto removed = bans.remove(BanSubject::parse(who).value(), now, writes);
    store.apply(writes);
    return removed;
  }
  [[nodiscard]] BanList reopened() const {
    BanList list;
    list.load(store);
    return list;
  }
  [[nodiscard]] std::size_t rows() const {
    std::size_t count = 0;
    store.scan(node_store::kAdmin, {}, [&](std::string_view name, std::string_view value) {
      EXPECT_TRUE(is_admin_row(name, value)) << name;
      ++count;
      return true;
    });
    return count;
  }
};

TEST_F(Bans, NameHostsByPrefixAndNodesByKey) {
  ASSERT_TRUE(ban("192.0.2.0/24"));
  ASSERT_TRUE(ban("2001:db8::/32"));
  ASSERT_TRUE(ban(to_hex(key.view())));
  EXPECT_NE(bans.of_host("192.0.2.255", now), nullptr);
  EXPECT_NE(bans.of_host("::ffff:192.0.2.9", now), nullptr);
  EXPECT_EQ(bans.of_host("192.0.3.0", now), nullptr);
  EXPECT_NE(bans.of_host("2001:db8:1::1", now), nullptr);
  EXPECT_EQ(bans.of_host("a-name.example", now), nullptr);
  EXPECT_NE(bans.of_key(key, now), nullptr);
  EXPECT_EQ(bans.of_key(PrivateKey::from_seed("honest").public_key(), now), nullptr);
}

TEST_F(Bans, OutliveARestart) {
  ASSERT_TRUE(ban("192.0.2.7"));
  ASSERT_TRUE(ban(to_hex(key.view()), std::nullopt));
  const BanList again = reopened();
  ASSERT_EQ(again.list(now).size(), 2U);
  EXPECT_EQ(again.of_host("192.0.2.7", now)->reason, "because");
  EXPECT_EQ(again.of_host("192.0.2.7", now)->until, now + hours(24));
  EXPECT_FALSE(again.of_key(key, now)->until);
}

TEST_F(Bans, EndWhenTheirTimeIsOverAndLeaveNoRow) {
  ASSERT_TRUE(ban("192.0.2.7", hours(1)));
  now += hours(1) - seconds(1);
  EXPECT_NE(bans.of_host("192.0.2.7", now), nullptr);
  now += seconds(1);
  EXPECT_EQ(bans.of_host("192.0.2.7", now), nullptr);
  EXPECT_TRUE(bans.list(now).empty());
  ASSERT_TRUE(ban("192.0.2.8"));
  EXPECT_EQ(rows(), 1U);
}

TEST_F(Bans, AreTakenBackUnderTheNameTheyHave) {
  ASSERT_TRUE(ban("2001:db8:0:0::1"));
  EXPECT_EQ(bans.list(now)[0].subject.text(), "2001:db8::1");
  EXPECT_EQ(unban("2001:db8::2").error(), BanError::kNotBanned);
  EXPECT_TRUE(unban("2001:db8::1"));
  EXPECT_EQ(unban("2001:db8::1").error(), BanError::kNotBanned);
  EXPECT_EQ(rows(), 0U);
}

TEST_F(Bans, OfTheSameSubjectTheLaterCounts) {
  ASSERT_TRUE(ban("192.0.2.7", hours(1)));
  ASSERT_TRUE(ban("192.0.2.7", hours(48)));
  EXPECT_EQ(rows(), 1U);
  EXPECT_EQ(reopened().list(now)[0].until, now + hours(48));
}

TEST_F(Bans, AreNotMoreThanThereIsRoomFor) {
  for (std::size_t i = 0; i < kMaxBans; ++i) {
    ASSERT_TRUE(ban("10." + std::to_string(i / 256) + "." + std::to_string(i % 256) + ".1", hours(1)));
  }
  EXPECT_EQ(ban("192.0.2.7").error(), BanError::kTooManyBans);
  EXPECT_TRUE(ban("10.0.0.1", hours(2))) << "it is there already";
  now += hours(1);
  EXPECT_TRUE(ban("192.0.2.7")) << "the others are over";
  EXPECT_EQ(rows(), 2U);
}

TEST_F(Bans, NamesThatAreNoneAreRefused) {
  for (const char* wrong : {"", "192.0.2.7:3000", "192.0.2.0/33", "192.0.2.7/24", "a-name.example", "abcd"}) {
    const auto subject = BanSubject::parse(wrong);
    ASSERT_FALSE(subject) << wrong;
    EXPECT_EQ(subject.error(), BanError::kBadSubject) << wrong;
  }
}

TEST_F(Bans, TheLastSequenceIsKeptBesideThem) {
  EXPECT_EQ(last_sequence(store), 0U);
  store::WriteBatch writes;
  put_last_sequence(1'764'000'000'001, writes);
  store.apply(writes);
  ASSERT_TRUE(ban("192.0.2.7"));
  EXPECT_EQ(last_sequence(store), 1'764'000'000'001U);
  EXPECT_EQ(reopened().list(now).size(), 1U);
  EXPECT_EQ(rows(), 2U);
  EXPECT_FALSE(is_admin_row("sequence", "short"));
  EXPECT_FALSE(is_admin_row("ban nobody", "x"));
}

}  // namespace
}  // namespace suara::p2p
