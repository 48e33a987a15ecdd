#include "peer-node/p2p/transaction_requests.hpp"
#include "common/wire/limits.hpp"

#include <gtest/gtest.h>

namespace suara::p2p {
namespace {

constexpr ConnectionId kAnna{1};
constexpr ConnectionId kBert{2};
constexpr ConnectionId kCleo{3};

Hash256 id(std::uint32_t number) { return sha256(as_bytes(std::to_string(number))); }

struct TransactionRequestsTest : ::testing::Test {
  Instant now = Instant{} + std::chrono::hours(1);
  TransactionRequests requests;

  using Asked = std::map<ConnectionId, std::vector<Hash256>>;
};

TEST_F(TransactionRequestsTest, EachIsAskedOfOnePeer) {
  requests.announced(kAnna, id(1));
  requests.announced(kBert, id(1));
  EXPECT_EQ(requests.due(now), (Asked{{kAnna, {id(1)}}}));
  EXPECT_TRUE(requests.due(now).empty());
}

TEST_F(TransactionRequestsTest, TheNextAnnouncerFollowsAfterSilence) {
  requests.announced(kAnna, id(1));
  requests.announced(kBert, id(1));
  (void)requests.due(now);
  EXPECT_EQ(requests.deadline(), now + kTransactionTimeout);
  EXPECT_TRUE(requests.due(now + kTransactionTimeout - std::chrono::microseconds(1)).empty());
  EXPECT_EQ(requests.due(now + kTransactionTimeout), (Asked{{kBert, {id(1)}}}));
  EXPECT_TRUE(requests.due(now + 2 * kTransactionTimeout).empty());
  EXPECT_EQ(requests.size(), 0U);
}

TEST_F(TransactionRequestsTest, AnAnnouncerThatLeavesHandsOver) {
  for (const ConnectionId peer : {kAnna, kBert, kCleo}) requests.announced(peer, id(1));
  (void)requests.due(now);
  requests.remove_peer(kBert);
  requests.remove_peer(kAnna);
  EXPECT_EQ(requests.due(now), (Asked{{kCleo, {id(1)}}}));
  requests.remove_peer(kCleo);
  EXPECT_EQ(requests.size(), 0U);
  EXPECT_EQ(requests.deadline(), std::nullopt);
}

TEST_F(TransactionRequestsTest, HandsOverAlsoBetweenTwoLooks) {
  // Cleo's turn was skipped while Anna was asked; then Anna is silent and Bert, next in line, leaves unasked.
  for (const ConnectionId peer : {kAnna, kBert, kCleo}) requests.announced(peer, id(1));
  (void)requests.due(now);
  requests.not_found(kAnna, id(1));
  requests.remove_peer(kBert);
  EXPECT_EQ(requests.due(now), (Asked{{kCleo, {id(1)}}}));
}

TEST_F(TransactionRequestsTest, InventedIdsDoNotKeepOutThoseOfOthers) {
  for (std::uint32_t i = 0; i < kMaxTransactionsRequested + 10; ++i) requests.announced(kAnna, id(i));
  EXPECT_EQ(requests.size(), kMaxTransactionsRequested);
  (void)requests.due(now);
  requests.announced(kBert, id(1'000'000));
  requests.announced(kCleo, id(1'000'001));
  EXPECT_EQ(requests.size(), kMaxTransactionsRequested);
  EXPECT_EQ(requests.due(now), (Asked{{kBert, {id(1'000'000)}}, {kCleo, {id(1'000'001)}}}));
  // Those who do as Anna did get no more than a fair share.
  for (std::uint32_t i = 0; i < kMaxTransactionsRequested; ++i) requests.announced(kBert, id(2'000'000 + i));
  EXPECT_EQ(requests.size(), kMaxTransactionsRequested);
  requests.remove_peer(kBert);
  EXPECT_GE(requests.size(), kMaxTransactionsRequested / 2);
  requests.remove_peer(kAnna);
  EXPECT_EQ(requests.size(), 1U);
}

TEST_F(TransactionRequestsTest, InFlightFromOnePeerIsBounded) {
  for (std::uint32_t i = 0; i < 1500; ++i) requests.announced(kAnna, id(i));
  EXPECT_EQ(requests.due(now).at(kAnna).size(), wire::kMaxTransactionsPerRequest);
  EXPECT_TRUE(requests.due(now).empty());
  for (std::uint32_t i = 0; i < 400; ++i) EXPECT_TRUE(requests.settled(id(i)));
  EXPECT_EQ(requests.due(now).at(kAnna).size(), 400U);
}

TEST_F(TransactionRequestsTest, AllInAllIsBounded) {
  for (std::uint32_t i = 0; i < kMaxTransactionsRequested + 10; ++i) requests.announced(kAnna, id(i));
  EXPECT_EQ(requests.size(), kMaxTransactionsRequested);
}

}  // namespace
}  // namespace suara::p2p
