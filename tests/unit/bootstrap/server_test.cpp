#include "bootstrap-server/core/limits.hpp"
#include "common/util/base64.hpp"
#include "tests/unit/bootstrap/lines.hpp"

#include <gmock/gmock.h>

#include <set>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST(Directory, RegisteringAgainRefreshes) {
  Harness harness;
  const auto first = only<wire::Registered>(harness.ask(register_line("a:1")));
  EXPECT_FALSE(first.refreshed);
  EXPECT_EQ(first.ttl_seconds, 120U);
  EXPECT_GE(first.refresh_seconds, 36U);
  EXPECT_LE(first.refresh_seconds, 44U);
  EXPECT_EQ(first.observed, "192.0.2.1:5000");
  EXPECT_EQ(first.state, wire::RowState::kUnverified);
  const auto second = only<wire::Registered>(harness.ask(register_line("a:1")));
  EXPECT_TRUE(second.refreshed);
  EXPECT_EQ(second.revision, first.revision);
  EXPECT_EQ(harness.server().stats().peers, 1U);
}

TEST(Directory, NetworksAreSeparateWorlds) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.ask(register_line("b:2", kOther));
  harness.ask(register_line("c:3", ""));
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), ElementsAre("a:1"));
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line(kOther)))), ElementsAre("b:2"));
  EXPECT_EQ(harness.ask("{\"type\":\"GET_PEERS\"}\n"), "[{\"address\":\"c:3\"}]\n");
}

TEST(Permissions, RowsAreRemovedByTheirSourceOrFromLoopback) {
  Harness harness;
  harness.ask(register_line("a:1"), "192.0.2.1");
  EXPECT_EQ(only<wire::ErrorReply>(harness.ask(remove_line("a:1"), "192.0.2.2")).code, "not_permitted");
  // Refreshing somebody else's row does not make it one's own.
  harness.ask(register_line("a:1"), "192.0.2.2");
  EXPECT_EQ(only<wire::ErrorReply>(harness.ask(remove_line("a:1"), "192.0.2.2")).code, "not_permitted");
  only<wire::Removed>(harness.ask(remove_line("a:1"), "::ffff:192.0.2.1"));
  EXPECT_EQ(only<wire::ErrorReply>(harness.ask(remove_line("a:1"), "192.0.2.1")).code, "not_found");
  for (const std::string loopback : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    harness.ask(register_line("a:1"), "192.0.2.1");
    only<wire::Removed>(harness.ask(remove_line("a:1"), loopback));
  }
}

TEST(Permissions, AStrangerRenewsARowButDoesNotChangeItsFlavour) {
  Harness harness(Options{10s});
  harness.ask("{\"type\":\"REGISTER\",\"payload\":\"classic:1\"}\n", "192.0.2.1");
  harness.ask(register_line("native:1", ""), "192.0.2.1");
  // Neither does a lease end on a classic row, nor does a native row lose its lease.
  only<wire::Registered>(harness.ask(register_line("classic:1", ""), "192.0.2.2"));
  harness.ask("{\"type\":\"REGISTER\",\"payload\":\"native:1\"}\n", "192.0.2.2");
  harness.advance(11s);
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line("")))), ElementsAre("classic:1"));
  // Whoever registered it first may well move on to the native protocol.
  only<wire::Registered>(harness.ask(register_line("classic:1", ""), "192.0.2.1"));
  harness.advance(11s);
  EXPECT_EQ(harness.server().stats().peers, 0U);
}

TEST(Durability, NothingIsAcknowledgedOrToldBeforeItIsStored) {
  Harness harness;
  const ConnectionId subscriber = harness.connect();
  harness.feed(subscriber, subscribe_line());
  harness.take(subscriber);
  harness.set_disk_slow(true);
  const ConnectionId peer = harness.connect();
  harness.feed(peer, register_line("a:1"));
  EXPECT_EQ(harness.take(peer), "");
  EXPECT_EQ(harness.take(subscriber), "");
  ASSERT_TRUE(harness.store_next());
  only<wire::Registered>(harness.take(peer));
  EXPECT_THAT(news(harness.take(subscriber)), ElementsAre("+a:1"));
}

TEST(Durability, AnswersComeInOrderAndSeeTheClientsOwnWrites) {
  Harness harness;
  harness.set_disk_slow(true);
  const ConnectionId peer = harness.connect();
  harness.feed(peer, register_line("a:1") + get_line() + "{\"type\":\"PING\",\"payload\":{}}\n" + "oops\n");
  EXPECT_EQ(harness.take(peer), "");
  while (harness.store_next()) {
  }
  const auto answers = replies(harness.take(peer));
  ASSERT_THAT(answers, SizeIs(4));
  EXPECT_TRUE(std::holds_alternative<wire::Registered>(answers[0]));
  EXPECT_THAT(addresses(std::get<wire::Peers>(answers[1])), ElementsAre("a:1"));
  EXPECT_TRUE(std::holds_alternative<wire::Pong>(answers[2]));
  EXPECT_EQ(std::get<wire::ErrorReply>(answers[3]).code, "not_json");
  EXPECT_FALSE(harness.closed(peer));
}

TEST(Durability, ListsWaitForWhatTheyShow) {
  Harness harness;
  harness.set_disk_slow(true);
  harness.ask(register_line("a:1", ""));
  const ConnectionId native = harness.connect();
  const ConnectionId classic = harness.connect();
  harness.feed(native, get_line(""));
  harness.feed(classic, "{\"type\":\"GET_PEERS\"}\n");
  EXPECT_EQ(harness.take(native) + harness.take(classic), "");
  harness.store_next();
  EXPECT_THAT(addresses(only<wire::Peers>(harness.take(native))), ElementsAre("a:1"));
  EXPECT_EQ(harness.take(classic), "[{\"address\":\"a:1\"}]\n");
}

// "Nobody of that name is here" promises as much as "removed" does.
TEST(Durability, RefusalsWaitForTheRowsTheyRestOn) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.set_disk_slow(true);
  harness.ask(remove_line("a:1"));
  harness.ask(register_line("b:2"), "192.0.2.1");
  const ConnectionId again = harness.connect();
  const ConnectionId stranger = harness.connect("192.0.2.2");
  harness.feed(again, remove_line("a:1"));
  harness.feed(stranger, remove_line("b:2"));
  EXPECT_EQ(harness.take(again) + harness.take(stranger), "");
  while (harness.store_next()) {
  }
  EXPECT_EQ(only<wire::ErrorReply>(harness.take(again)).code, "not_found");
  EXPECT_EQ(only<wire::ErrorReply>(harness.take(stranger)).code, "not_permitted");
}

TEST(Durability, WhatWasAcknowledgedSurvivesARestart) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.set_disk_slow(true);
  EXPECT_EQ(harness.ask(register_line("b:2")), "");
  harness.restart(1s);
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), ElementsAre("a:1"));
}

TEST(Bounds, TooManyUnansweredRequestsEndTheConnection) {
  Harness harness;
  harness.set_disk_slow(true);
  const ConnectionId peer = harness.connect();
  for (std::size_t i = 0; i <= kMaxPendingAnswers; ++i) harness.feed(peer, register_line("a:1"));
  harness.feed(peer, register_line("never:1"));
  EXPECT_EQ(harness.batches_waiting(), kMaxPendingAnswers);
  while (harness.store_next()) {
  }
  const auto answers = replies(harness.take(peer));
  ASSERT_THAT(answers, SizeIs(kMaxPendingAnswers + 1));
  EXPECT_EQ(std::get<wire::ErrorReply>(answers.back()).code, "too_many_requests");
  EXPECT_TRUE(harness.closed(peer));
}

TEST(Bounds, LinesTooLongEndTheConnectionWithOneError) {
  Harness harness;
  const ConnectionId peer = harness.connect();
  harness.feed(peer, std::string(wire::kMaxUntrustedLineSizeBytes + 1, 'x'));
  EXPECT_EQ(only<wire::ErrorReply>(harness.take(peer)).code, "line_too_long");
  EXPECT_TRUE(harness.closed(peer));
}

TEST(Bounds, AnswersAreSampledBeyondTheCap) {
  Harness harness;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < wire::kMaxPeersPerAnswer + 500; ++i)
    harness.ask(register_line("p" + std::to_string(i) + ":1"));
  for (int i = 0; i < 20; ++i) {
    const auto sample = addresses(only<wire::Peers>(harness.ask(get_line(kNetwork, 100))));
    EXPECT_THAT(sample, SizeIs(100));
    seen.insert(sample.begin(), sample.end());
  }
  EXPECT_GT(seen.size(), 500U) << "always the same peers (seed 1)";
  EXPECT_THAT(only<wire::Peers>(harness.ask(get_line())).peers, SizeIs(wire::kMaxPeersPerAnswer));
}

TEST(Bounds, PagesGoThroughAll) {
  Harness harness;
  std::multiset<std::string> all;
  for (int i = 0; i < 25; ++i) {
    all.insert("p" + std::to_string(i) + ":1");
    harness.ask(register_line("p" + std::to_string(i) + ":1"));
    harness.ask(register_line("q" + std::to_string(i) + ":1", kOther));
  }
  std::multiset<std::string> paged;
  std::optional<std::string> after = "";
  int pages = 0;
  for (; after; ++pages) {
    const auto page = only<wire::Peers>(harness.ask(get_line(kNetwork, 10, after)));
    paged.merge(addresses(page));
    after = page.next;
  }
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(paged, all);
}

TEST(Bounds, PagesGoThroughAllNetworksForTheServersOwnHost) {
  Harness harness;
  std::vector<std::string> all;
  for (const auto& network : {std::string(), kNetwork, kOther}) {
    for (int i = 0; i < 5; ++i) {
      all.push_back(network);
      harness.ask(register_line("p" + std::to_string(i) + ":1", network));
    }
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> paged;
  std::optional<std::string> after = "";
  while (after) {
    const auto page = only<wire::Peers>(harness.ask(get_line("*", 4, after), "127.0.0.1"));
    for (const auto& entry : page.peers) paged.push_back(entry.network);
    after = page.next;
  }
  EXPECT_EQ(paged, all);
  EXPECT_EQ(only<wire::ErrorReply>(harness.ask(get_line("*", 4, ""))).code, "not_permitted");
  EXPECT_EQ(only<wire::ErrorReply>(harness.ask(get_line("*"), "127.0.0.1")).code, "bad_value");
}

TEST(Bounds, LongAnswersStayBelowTheLineLimit) {
  Harness harness;
  const std::string key(wire::kMaxClassicKeySizeBytes, '\x01');  // six bytes each once escaped
  for (int i = 0; i < 600; ++i) {
    const std::string inner = "{\"address\":\"p" + std::to_string(i) + ":1\",\"publicKey\":\"" + key + "\"}";
    harness.ask("{\"type\":\"REGISTER\",\"payload\":\"" + to_base64(as_bytes(inner)) + "\"}\n");
  }
  EXPECT_EQ(harness.server().stats().peers, 600U);
  EXPECT_LT(harness.ask("{\"type\":\"GET_PEERS\"}\n").size(), wire::kMaxBootstrapReplySizeBytes);
}

TEST(Reports, AStormOfJoinsBecomesFewLines) {
  Harness harness;
  harness.reports.clear();
  for (int i = 0; i < 1000; ++i) harness.ask(register_line("p" + std::to_string(i) + ":1"));
  EXPECT_THAT(harness.reports, SizeIs(kMaxReportsPerSecond));
  harness.advance(2s);
  harness.ask(register_line("q:1"));
  EXPECT_THAT(harness.reports, SizeIs(kMaxReportsPerSecond + 2));
  EXPECT_EQ(harness.reports[kMaxReportsPerSecond].text, "and 990 more joins and leaves");
}

TEST(Memory, NothingIsLeftWhenEverybodyHasGone) {
  Harness harness;
  harness.advance(10min);
  std::vector<ConnectionId> ids;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(harness.connect());
    harness.feed(ids.back(), subscribe_line() + register_line("p" + std::to_string(i) + ":1"));
  }
  for (const ConnectionId id : ids) harness.disconnect(id);
  harness.advance(10min);
  const Stats stats = harness.server().stats();
  EXPECT_EQ(stats.peers, 0U);
  EXPECT_EQ(stats.connections, 0U);
  EXPECT_EQ(stats.subscriptions, 0U);
  EXPECT_EQ(stats.batches_in_flight, 0U);
}

}  // namespace
}  // namespace suara::directory
