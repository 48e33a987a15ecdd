#include "bootstrap-server/core/limits.hpp"
#include "tests/unit/bootstrap/lines.hpp"

#include <gmock/gmock.h>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

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

}  // namespace
}  // namespace suara::directory
