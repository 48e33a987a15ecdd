#include "tests/unit/bootstrap/harness.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "common/util/base64.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using wire::BootstrapReply;

const std::string kNetwork(64, 'a');
const std::string kOther(64, 'b');

std::string register_line(const std::string& address, const std::string& network = kNetwork) {
  return wire::encode(
      wire::BootstrapRequest(wire::Register{wire::Flavour::kNative, *wire::parse_address(address), network, {}, {}}));
}
std::string remove_line(const std::string& address, const std::string& network = kNetwork) {
  return wire::encode(
      wire::BootstrapRequest(wire::Remove{wire::Flavour::kNative, *wire::parse_address(address), network}));
}
std::string get_line(const std::string& network = kNetwork, std::uint32_t limit = 0,
                     std::optional<std::string> after = {}) {
  return wire::encode(wire::BootstrapRequest(wire::GetPeers{true, network, limit, std::move(after)}));
}
std::string subscribe_line(std::optional<std::uint64_t> since = {}, const std::string& network = kNetwork) {
  return wire::encode(wire::BootstrapRequest(wire::Subscribe{network, since}));
}

std::vector<BootstrapReply> replies(const std::string& bytes) {
  std::vector<BootstrapReply> decoded;
  wire::LineFramer framer(wire::LineFramer::Mode::kLine, wire::kMaxBootstrapReplySizeBytes);
  framer.feed(bytes);
  while (true) {
    const auto line = framer.next();
    if (!line || !*line) break;
    auto reply = wire::decode_bootstrap_reply(**line);
    if (!reply) ADD_FAILURE() << **line << ": " << reply.error().message();
    if (reply) decoded.push_back(std::move(*reply));
  }
  return decoded;
}

template <class T>
T only(const std::string& bytes) {
  const auto decoded = replies(bytes);
  if (decoded.size() != 1 || !std::holds_alternative<T>(decoded[0])) {
    ADD_FAILURE() << "not the one expected reply: " << bytes;
    return {};
  }
  return std::get<T>(decoded[0]);
}

std::multiset<std::string> addresses(const wire::Peers& peers) {
  std::multiset<std::string> texts;
  for (const wire::PeerEntry& entry : peers.peers) texts.insert(entry.address.text());
  return texts;
}

// "+a:1" for a join, "-a:1 expired" for a leave.
std::vector<std::string> news(const std::string& bytes) {
  std::vector<std::string> texts;
  for (const BootstrapReply& reply : replies(bytes)) {
    if (const auto* joined = std::get_if<wire::PeerJoined>(&reply)) texts.push_back("+" + joined->address.text());
    if (const auto* left = std::get_if<wire::PeerLeft>(&reply)) {
      texts.push_back("-" + left->address.text() + (left->reason == wire::LeaveReason::kExpired ? " expired" : ""));
    }
  }
  return texts;
}

TEST(Directory, RegisteringAgainRefreshes) {
  Harness harness;
  const auto first = only<wire::Registered>(harness.ask(register_line("a:1")));
  EXPECT_FALSE(first.refreshed);
  EXPECT_EQ(first.ttl_seconds, 120U);
  EXPECT_GE(first.refresh_seconds, 36U);
  EXPECT_LE(first.refresh_seconds, 44U);
  EXPECT_EQ(first.observed, "192.0.2.1:5000");
  EXPECT_EQ(first.state, "unverified");
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

TEST(Directory, UnspecifiedAddressesAreRefusedWithABetterOne) {
  Harness harness;
  for (const std::string address : {"0.0.0.0:3000", "[::]:3000", "0:3000", "[::ffff:0.0.0.0]:3000"}) {
    const auto error = only<wire::ErrorReply>(harness.ask(register_line(address)));
    EXPECT_EQ(error.code, "unspecified_address") << address;
    EXPECT_THAT(error.message, HasSubstr("192.0.2.1:3000"));
  }
  EXPECT_EQ(harness.server().stats().peers, 0U);
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

TEST(Subscribe, HearsOfItsNetworkOnly) {
  Harness harness;
  const ConnectionId id = harness.connect();
  harness.feed(id, subscribe_line());
  EXPECT_FALSE(only<wire::Subscribed>(harness.take(id)).reset);
  harness.ask(register_line("a:1"));
  harness.ask(register_line("b:2", kOther));
  harness.ask(register_line("a:1"));
  harness.ask(remove_line("a:1"));
  EXPECT_THAT(news(harness.take(id)), ElementsAre("+a:1", "-a:1"));
  harness.feed(id, subscribe_line());
  EXPECT_EQ(only<wire::ErrorReply>(harness.take(id)).code, "already_subscribed");
}

TEST(Subscribe, ResumesAcrossDisconnectsAndRestarts) {
  Harness harness;
  harness.ask(register_line("a:1"));
  ConnectionId id = harness.connect();
  harness.feed(id, subscribe_line());
  const std::uint64_t since = only<wire::Subscribed>(harness.take(id)).revision;
  harness.disconnect(id);
  harness.ask(register_line("b:2"));
  harness.ask(register_line("x:9", kOther));
  harness.restart(5s);
  harness.ask(remove_line("a:1"));
  id = harness.connect();
  harness.feed(id, subscribe_line(since));
  const std::string bytes = harness.take(id);
  EXPECT_FALSE(std::get<wire::Subscribed>(replies(bytes).front()).reset);
  EXPECT_THAT(news(bytes), ElementsAre("+b:2", "-a:1"));
  harness.ask(register_line("c:3"));
  EXPECT_THAT(news(harness.take(id)), ElementsAre("+c:3"));
}

TEST(Subscribe, UnknownRevisionsMeanReadingTheListAgain) {
  Harness harness;
  harness.ask(register_line("a:1"));
  const std::uint64_t revision = only<wire::Peers>(harness.ask(get_line())).revision;
  const auto reset = [&](std::uint64_t since) {
    return only<wire::Subscribed>(harness.ask(subscribe_line(since))).reset;
  };
  EXPECT_FALSE(reset(revision));
  EXPECT_TRUE(reset(revision + 1));
  EXPECT_TRUE(reset(0));
  // A directory that was lost and begins anew does not take the old one's revisions for its own.
  Harness later;
  later.advance(1h);
  later.ask(register_line("b:2"));
  EXPECT_TRUE(only<wire::Subscribed>(later.ask(subscribe_line(revision))).reset);
}

TEST(Subscribe, OneWhoMissedTooMuchReadsTheListAgain) {
  Harness harness;
  const std::uint64_t since = only<wire::Registered>(harness.ask(register_line("a:1"))).revision;
  const std::string host(200, 'h');
  const std::size_t changes = kMaxResumeSizeBytes / 300;
  for (std::size_t i = 0; i < changes; ++i) harness.ask(register_line(host + std::to_string(i) + ":1"));
  EXPECT_TRUE(only<wire::Subscribed>(harness.ask(subscribe_line(since))).reset);
}

TEST(Subscribe, NoEventIsMissedOrRepeatedWhileTheDiskIsSlow) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.set_disk_slow(true);
  harness.ask(register_line("b:2"));
  const ConnectionId id = harness.connect();
  harness.feed(id, subscribe_line());
  harness.ask(register_line("c:3"));
  while (harness.store_next()) {
  }
  const std::string bytes = harness.take(id);
  ASSERT_TRUE(std::holds_alternative<wire::Subscribed>(replies(bytes).front()));
  EXPECT_THAT(news(bytes), ElementsAre("+c:3"));
}

TEST(Leases, ExpireUnlessRefreshed) {
  Harness harness;
  harness.advance(10min);
  const ConnectionId id = harness.connect();
  harness.feed(id, subscribe_line());
  harness.take(id);
  harness.ask(register_line("a:1"));
  harness.ask(register_line("b:2"));
  harness.advance(60s);
  harness.ask(register_line("b:2"));
  harness.advance(59s);
  EXPECT_THAT(news(harness.take(id)), ElementsAre("+a:1", "+b:2"));
  harness.advance(2s);
  EXPECT_THAT(news(harness.take(id)), ElementsAre("-a:1 expired"));
  harness.advance(60s);
  EXPECT_THAT(news(harness.take(id)), ElementsAre("-b:2 expired"));
  EXPECT_EQ(harness.server().stats().peers, 0U);
  EXPECT_EQ(harness.server().next_deadline(), std::nullopt);
}

TEST(Leases, ARestartAfterDowntimeGivesEverybodyATtlToRefresh) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.ask(register_line("b:2"));
  harness.restart(24h);
  harness.advance(119s);
  harness.ask(register_line("a:1"));
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), ElementsAre("a:1", "b:2"));
  harness.advance(2s);
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), ElementsAre("a:1"));
}

TEST(Leases, JumpsOfTheCivilClockExpireNobody) {
  Harness harness;
  harness.advance(10min);
  harness.ask(register_line("a:1"));
  harness.jump(48h);
  harness.advance(60s);
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), ElementsAre("a:1"));
  harness.jump(-96h);
  harness.advance(61s);
  EXPECT_THAT(only<wire::Peers>(harness.ask(get_line())).peers, IsEmpty());
}

TEST(Leases, GrantedWhileTheClockWasAheadDoNotLinger) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.jump(-48h);
  harness.restart(1s);
  harness.advance(120s);
  EXPECT_THAT(only<wire::Peers>(harness.ask(get_line())).peers, SizeIs(1));
  harness.advance(121s);
  EXPECT_THAT(only<wire::Peers>(harness.ask(get_line())).peers, IsEmpty());
}

TEST(Leases, ManyEndInBoundedSteps) {
  Harness harness;
  harness.advance(10min);
  for (std::size_t i = 0; i < kMaxExpiriesPerTick + 10; ++i) harness.ask(register_line("p" + std::to_string(i) + ":1"));
  harness.advance(125s);
  EXPECT_EQ(harness.server().stats().peers, 0U);
}

TEST(Leases, WhenManyEndTogetherASampleOfTheClassicPeersHearsOfAll) {
  Harness harness(Options{10s});
  constexpr std::size_t kPeers = 100;
  for (std::size_t i = 1; i <= kPeers; ++i) {
    harness.ask("{\"type\":\"REGISTER\",\"payload\":\"classic:" + std::to_string(i) + "\"}\n");
  }
  for (std::size_t i = 1; i <= kMaxExpiriesPerTick; ++i) harness.ask(register_line("a:" + std::to_string(i), ""));
  harness.notices.clear();
  harness.advance(11s);
  EXPECT_EQ(harness.server().stats().peers, kPeers);
  std::map<std::string, std::size_t> told;
  for (const Notify& notice : harness.notices) ++told[notice.address.text()];
  EXPECT_THAT(told, SizeIs(kMaxNoticesAtOnce / kMaxExpiriesPerTick));
  for (const auto& [address, notices] : told) EXPECT_EQ(notices, kMaxExpiriesPerTick) << address;
}

TEST(Leases, ClassicRowsHaveNone) {
  Harness harness;
  harness.ask("{\"type\":\"REGISTER\",\"payload\":\"a:1\"}\n");
  harness.advance(24h);
  harness.restart(24h);
  harness.advance(24h);
  EXPECT_EQ(harness.ask("{\"type\":\"GET_PEERS\"}\n"), "[{\"address\":\"a:1\"}]\n");
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
  for (int i = 0; i < 10; ++i) {
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
