#include "admin-client/peer_merge.hpp"

#include "common/crypto/sha256.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace suara::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

wire::PeerEntry entry(std::uint16_t port, const std::string& network = "", std::uint64_t lease_left_ms = 1000) {
  wire::PeerEntry entry;
  entry.address = {"192.0.2.1", port};
  entry.network = network;
  entry.lease_left_ms = lease_left_ms;
  return entry;
}

/// In the order in which servers page, as proto-docs/bootstrap.md says.
std::vector<wire::PeerEntry> in_order(std::vector<wire::PeerEntry> entries) {
  const auto hash = [](const auto& entry) { return sha256(as_bytes(entry.address.text())).hex(); };
  std::sort(entries.begin(), entries.end(), [&](const auto& a, const auto& b) {
    return std::tuple(a.network, hash(a)) < std::tuple(b.network, hash(b));
  });
  return entries;
}

wire::Peers page(std::vector<wire::PeerEntry> entries, std::optional<std::string> next = std::nullopt) {
  return {std::move(entries), 7, std::move(next)};
}

struct Seen {
  std::uint16_t port;
  std::vector<std::size_t> lacking;
  bool operator==(const Seen&) const = default;
};

std::vector<Seen> drain(PeerMerge& merge) {
  std::vector<Seen> seen;
  while (auto peer = merge.next()) seen.push_back({peer->entry.address.port, peer->lacking});
  return seen;
}

TEST(PeerMerge, ListsThePagesOfOneServerInTurn) {
  const auto rows = in_order({entry(1), entry(2), entry(3)});
  PeerMerge merge(1);
  EXPECT_EQ(merge.wanted(0), "");
  EXPECT_EQ(merge.next(), std::nullopt) << "nothing is known yet";
  ASSERT_TRUE(merge.add(0, page({rows[0], rows[1]}, "c1")));
  EXPECT_EQ(merge.wanted(0), std::nullopt) << "there are rows to take first";
  EXPECT_EQ(drain(merge).size(), 2U);
  EXPECT_EQ(merge.wanted(0), "c1");
  ASSERT_TRUE(merge.add(0, page({rows[2]})));
  EXPECT_THAT(drain(merge), ElementsAre(Seen{rows[2].address.port, {}}));
  EXPECT_EQ(merge.wanted(0), std::nullopt);
}

TEST(PeerMerge, SaysWhichServerLacksWhat) {
  const auto rows = in_order({entry(1), entry(2), entry(3), entry(4)});
  PeerMerge merge(3);
  ASSERT_TRUE(merge.add(0, page({rows[0], rows[2]}, "c")));
  ASSERT_TRUE(merge.add(1, page({rows[1], rows[2], rows[3]})));
  ASSERT_TRUE(merge.add(2, page({})));
  EXPECT_THAT(drain(merge), ElementsAre(Seen{rows[0].address.port, {1, 2}}, Seen{rows[1].address.port, {0, 2}},
                                        Seen{rows[2].address.port, {2}}));
  ASSERT_TRUE(merge.add(0, page({})));
  EXPECT_THAT(drain(merge), ElementsAre(Seen{rows[3].address.port, {0, 2}}));
}

TEST(PeerMerge, PutsTheUnnamedNetworkFirst) {
  const std::string a(64, '0');
  const std::string b(64, 'f');
  PeerMerge merge(2);
  ASSERT_TRUE(merge.add(0, page({entry(1), entry(1, a), entry(1, b)})));
  ASSERT_TRUE(merge.add(1, page({entry(1, a)})));
  std::vector<std::string> networks;
  while (auto peer = merge.next()) networks.push_back(peer->entry.network);
  EXPECT_THAT(networks, ElementsAre("", a, b));
}

TEST(PeerMerge, ShowsTheRowThatWasRenewedLast) {
  PeerMerge merge(2);
  ASSERT_TRUE(merge.add(0, page({entry(1, "", 1000)})));
  ASSERT_TRUE(merge.add(1, page({entry(1, "", 2000)})));
  EXPECT_EQ(merge.next()->entry.lease_left_ms, 2000U);
}

TEST(PeerMerge, GoesOnWithoutAServerThatFails) {
  const auto rows = in_order({entry(1), entry(2)});
  PeerMerge merge(2);
  ASSERT_TRUE(merge.add(0, page({rows[0]}, "c")));
  ASSERT_TRUE(merge.add(1, page({rows[0], rows[1]})));
  EXPECT_THAT(drain(merge), ElementsAre(Seen{rows[0].address.port, {}}));
  merge.drop(0);
  EXPECT_THAT(drain(merge), ElementsAre(Seen{rows[1].address.port, {}})) << "nobody knows whether it lacks this one";
}

TEST(PeerMerge, RefusesPagesThatGoRoundInCircles) {
  const auto rows = in_order({entry(1), entry(2)});
  PeerMerge merge(1);
  ASSERT_TRUE(merge.add(0, page(rows, "c")));
  drain(merge);
  const auto again = merge.add(0, page({rows[1]}, "c"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), MergeError::kOutOfOrder);
  EXPECT_FALSE(PeerMerge(1).add(0, page({}, "c")));
}

}  // namespace
}  // namespace suara::admin
