// INSPECT: what the server knows of an address, and who may have it look afresh.
#include "tests/unit/bootstrap/lines.hpp"

#include <gmock/gmock.h>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

std::string inspect_line(const std::string& address) {
  return wire::encode(wire::BootstrapRequest(wire::Inspect{*wire::parse_address(address), kNetwork}));
}

TEST(Inspection, OwnersHaveTheServerLookAfreshAndTheAnswerWaitsForIt) {
  Harness harness;
  harness.ask(register_line("192.0.2.7:1"), "192.0.2.7");
  ASSERT_THAT(harness.probes, SizeIs(1));
  harness.end_probe(*Harness::nobody_is_there(harness.probes[0]));
  const auto first = only<wire::Inspected>(harness.ask(inspect_line("192.0.2.7:1"), "192.0.2.7"));
  ASSERT_TRUE(first.check) << "what is less than ten seconds old";
  EXPECT_FALSE(first.check->ok);
  EXPECT_EQ(first.check->failures, 1U);
  EXPECT_THAT(first.check->error, HasSubstr("nobody listens there"));
  harness.advance(10s);
  const ConnectionId owner = harness.connect("192.0.2.7");
  harness.feed(owner, inspect_line("192.0.2.7:1") + "{\"type\":\"PING\",\"payload\":{}}\n");
  ASSERT_THAT(harness.probes, SizeIs(2));
  EXPECT_EQ(harness.take(owner), "");
  harness.end_probe(*Harness::everybody_is_there(harness.probes[1]));
  const auto answers = replies(harness.take(owner));
  ASSERT_THAT(answers, SizeIs(2));
  const auto& second = std::get<wire::Inspected>(answers[0]);
  EXPECT_EQ(second.state, wire::RowState::kVerified);
  ASSERT_TRUE(second.check);
  EXPECT_TRUE(second.check->ok);
  EXPECT_TRUE(std::holds_alternative<wire::Pong>(answers[1]));
}

TEST(Inspection, StrangersDoNotHaveOtherPeoplesAddressesCalled) {
  Harness harness;
  harness.answer_probes(Harness::nobody_is_there);
  harness.ask(register_line("victim:80"), "192.0.2.66");
  for (int i = 0; i < 100; ++i) {
    harness.ask(inspect_line("victim:80"), "192.0.2.66");
    harness.ask(inspect_line("another:80"), "192.0.2.66");
    harness.advance(1s);
  }
  EXPECT_THAT(harness.probes, SizeIs(1));
}

TEST(Inspection, FailuresOfItDoNotCount) {
  Harness harness;
  harness.answer_probes(Harness::nobody_is_there);
  harness.ask(register_line("a:1"));
  for (int i = 0; i < 10; ++i) {
    harness.advance(10s);
    EXPECT_EQ(only<wire::Inspected>(harness.ask(inspect_line("a:1"), "127.0.0.1")).check.value().failures, 1U);
  }
  EXPECT_THAT(harness.probes, SizeIs(11));
  EXPECT_FALSE(only<wire::Inspected>(harness.ask(inspect_line("b:1"), "127.0.0.1")).check.value().ok)
      << "whether it is registered or not";
}

TEST(Inspection, WhoeverLeavesMeanwhileLeavesNothingBehind) {
  Harness harness;
  const ConnectionId id = harness.connect("127.0.0.1");
  harness.feed(id, inspect_line("a:1"));
  harness.disconnect(id);
  harness.end_probe(*Harness::everybody_is_there(harness.probes.at(0)));
  EXPECT_EQ(harness.server().stats().connections, 0U);
}

}  // namespace
}  // namespace suara::directory
