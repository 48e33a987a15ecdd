#include "peer-node/p2p/serve_queue.hpp"

#include "common/wire/limits.hpp"
#include "peer-node/sync/limits.hpp"

#include <gtest/gtest.h>

namespace suara::p2p {
namespace {

template <class T>
bool is(const std::optional<ServeQueue::Item>& item) {
  return item && std::holds_alternative<T>(*item);
}

TEST(ServeQueue, HeadersAndWhatIsNewGoBeforeBodies) {
  ServeQueue queue;
  EXPECT_TRUE(queue.push(ServeQueue::Block{}));
  EXPECT_TRUE(queue.push(ServeQueue::Transaction{}));
  EXPECT_TRUE(queue.push(ServeQueue::Headers{}));
  EXPECT_TRUE(queue.push(ServeQueue::Compact{}));
  EXPECT_TRUE(is<ServeQueue::Headers>(queue.next()));
  EXPECT_TRUE(is<ServeQueue::Compact>(queue.next()));
  EXPECT_TRUE(is<ServeQueue::Block>(queue.next()));
  EXPECT_TRUE(is<ServeQueue::Transaction>(queue.next()));
  EXPECT_FALSE(queue.next());
}

TEST(ServeQueue, EverythingWaitsForThePongOnceTheWindowIsUsedUp) {
  ServeQueue queue;
  EXPECT_TRUE(queue.push(ServeQueue::Headers{}));
  EXPECT_TRUE(queue.push(ServeQueue::Headers{}));
  ASSERT_TRUE(queue.next());
  EXPECT_FALSE(queue.wants_ping());
  queue.sent(kServeWindowSizeBytes);
  EXPECT_FALSE(queue.next());
  EXPECT_TRUE(queue.wants_ping());
  queue.ping_sent(7);
  EXPECT_FALSE(queue.wants_ping());
  queue.pong(6);
  EXPECT_FALSE(queue.next()) << "not the pong that is awaited";
  queue.pong(7);
  EXPECT_TRUE(queue.next());
}

TEST(ServeQueue, QuestionsAreWeighedByTheMemoryTheyTake) {
  ServeQueue queue;
  const ServeQueue::Headers headers{std::vector<Hash256>(wire::kMaxLocatorSize)};
  std::size_t taken = 0;
  while (queue.push(headers)) ++taken;
  EXPECT_EQ(taken, kMaxServeQueue / (wire::kMaxLocatorSize + 1));
  ASSERT_TRUE(queue.next());
  EXPECT_TRUE(queue.push(headers)) << "what was sent counts no more";
}

TEST(ServeQueue, WhatAnHonestPeerAsksForAtOnceHasRoom) {
  ServeQueue queue;
  EXPECT_TRUE(queue.push(ServeQueue::Headers{std::vector<Hash256>(wire::kMaxLocatorSize)}));
  const std::vector<std::uint32_t> places(sync::kMaxPlacesInFlight / sync::kMaxPartialBlocks);
  for (std::size_t i = 0; i < sync::kMaxPartialBlocks; ++i) {
    EXPECT_TRUE(queue.push(ServeQueue::BlockTransactions{{}, places}));
  }
  for (std::size_t i = 0; i < wire::kMaxBlocksPerRequest; ++i) EXPECT_TRUE(queue.push(ServeQueue::Block{}));
  for (std::size_t i = 0; i < wire::kMaxTransactionsPerRequest; ++i) EXPECT_TRUE(queue.push(ServeQueue::Transaction{}));
}

}  // namespace
}  // namespace suara::p2p
