#include "tests/unit/bootstrap/lines.hpp"

#include <gmock/gmock.h>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(FullDisk, WritesAreRefusedAndWhatIsStoredIsRead) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.tell(StoreUnavailable{"no room"});
  EXPECT_EQ(only<wire::ErrorReply>(harness.ask(register_line("b:2"))).code, "disk_full");
  EXPECT_EQ(only<wire::ErrorReply>(harness.ask(register_line("a:1"))).code, "disk_full");
  EXPECT_EQ(only<wire::ErrorReply>(harness.ask(remove_line("a:1"))).code, "disk_full");
  EXPECT_EQ(only<wire::ErrorReply>(harness.ask("{\"type\":\"REGISTER\",\"payload\":\"c:3\"}\n")).code, "disk_full");
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), ElementsAre("a:1"));
  EXPECT_TRUE(harness.server().stats().disk_full);

  harness.tell(StoreAvailable{});
  only<wire::Registered>(harness.ask(register_line("b:2")));
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), UnorderedElementsAre("a:1", "b:2"));
  EXPECT_FALSE(harness.server().stats().disk_full);
}

TEST(FullDisk, WhoWaitedIsToldAndTheWriteMayStillHappen) {
  Harness harness;
  const ConnectionId subscriber = harness.connect();
  harness.feed(subscriber, subscribe_line());
  harness.take(subscriber);
  harness.set_disk_slow(true);
  const ConnectionId waiting = harness.connect();
  harness.feed(waiting, register_line("a:1"));
  harness.feed(waiting, get_line());
  EXPECT_EQ(harness.take(waiting), "");

  harness.tell(StoreUnavailable{"no room"});
  EXPECT_EQ(only<wire::ErrorReply>(harness.take(waiting)).code, "disk_full") << "one for all that waited";
  EXPECT_TRUE(harness.closed(waiting));
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), IsEmpty()) << "it is not on disk";
  EXPECT_EQ(harness.take(subscriber), "");

  harness.tell(StoreAvailable{});
  EXPECT_TRUE(harness.store_next());
  EXPECT_EQ(harness.take(waiting), "") << "an error is not taken back";
  EXPECT_EQ(only<wire::PeerJoined>(harness.take(subscriber)).address.text(), "a:1");
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), ElementsAre("a:1"));
}

TEST(FullDisk, SubscribersBeginWithWhatIsStored) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.set_disk_slow(true);
  harness.feed(harness.connect(), register_line("b:2"));
  harness.tell(StoreUnavailable{"no room"});
  const ConnectionId subscriber = harness.connect();
  harness.feed(subscriber, subscribe_line());
  only<wire::Subscribed>(harness.take(subscriber));
  harness.tell(StoreAvailable{});
  harness.store_next();
  EXPECT_EQ(only<wire::PeerJoined>(harness.take(subscriber)).address.text(), "b:2");
}

TEST(FullDisk, NoLeaseEndsUntilEverybodyHadTimeToRenew) {
  Harness harness;
  harness.ask(register_line("a:1"));
  harness.ask(register_line("b:2"));
  harness.tell(StoreUnavailable{"no room"});
  harness.advance(1h);
  EXPECT_EQ(harness.server().next_deadline(), std::nullopt);
  harness.tell(StoreAvailable{});
  harness.advance(100s);
  only<wire::Registered>(harness.ask(register_line("a:1")));
  EXPECT_EQ(harness.server().stats().peers, 2U);
  harness.advance(21s);
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), ElementsAre("a:1"));
}

}  // namespace
}  // namespace suara::directory
