#include "common/shell/disk_room.hpp"

#include "tests/shell/running_reactor.hpp"
#include "tests/shell/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace suara::shell {
namespace {

// Calls that fail with these errors, one after the other, and then succeed.
std::function<long()> failing(std::vector<int> errors) {
  return [errors, next = std::size_t{0}]() mutable -> long {
    if (next == errors.size()) return 7;
    errno = errors[next++];
    return -1;
  };
}

class Events {
 public:
  DiskRoom::Handlers handlers() {
    return {[this](const std::string&) { events.add("full"); }, [this] { events.add("room"); }};
  }
  Recorder<std::string> events;
};

TEST(DiskRoom, MakesACallThatWasInterruptedAgainAndReportsOtherErrors) {
  const TemporaryFolder folder;
  Events events;
  DiskRoom room(folder.path(), events.handlers());
  EXPECT_EQ(room.make(failing({EINTR, EINTR})), 7);
  EXPECT_EQ(room.make(failing({EIO})), -1);
  EXPECT_EQ(errno, EIO);
  EXPECT_THAT(events.events.all(), testing::IsEmpty());
}

TEST(DiskRoom, WaitsUntilThereIsRoomAndSaysSo) {
  const TemporaryFolder folder;
  Events events;
  DiskRoom room(folder.path(), events.handlers());
  EXPECT_EQ(room.make(failing({ENOSPC, EDQUOT})), 7);
  EXPECT_THAT(events.events.all(), testing::ElementsAre("full", "room"));
}

TEST(DiskRoom, WithoutAnybodyToTellAFullDiskIsAnError) {
  const TemporaryFolder folder;
  DiskRoom room(folder.path(), {});
  EXPECT_EQ(room.make(failing({ENOSPC})), -1);
  EXPECT_EQ(errno, ENOSPC);
}

TEST(DiskRoom, GivesUpWhenAsked) {
  const TemporaryFolder folder;
  Events events;
  DiskRoom room(folder.path(), events.handlers());
  std::thread waiting([&] {
    EXPECT_EQ(room.make([]() -> long { return errno = ENOSPC, -1; }), -1);
    EXPECT_EQ(errno, ENOSPC);
  });
  events.events.wait_for(1);
  room.give_up();
  waiting.join();
  EXPECT_EQ(room.make(failing({ENOSPC})), -1);
  EXPECT_THAT(events.events.all(), testing::ElementsAre("full"));
}

}  // namespace
}  // namespace suara::shell
