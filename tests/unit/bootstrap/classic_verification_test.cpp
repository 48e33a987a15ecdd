// Classic peers cannot answer: connecting to them is the check, best with a notice. Times are exact.
#include "tests/unit/bootstrap/lines.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ClassicVerification, TheFirstNoticeIsTheCheckAndOthersWaitForIt) {
  Harness harness;
  harness.ask(classic_line("classic:1"));
  EXPECT_THAT(harness.probes, IsEmpty()) << "its first incoming connection is not an empty one";
  harness.ask(register_line("a:1", ""));
  harness.ask(register_line("b:1", ""));
  std::vector<Probe> to_classic;
  for (const Probe& probe : harness.probes) {
    if (probe.address.text() == "classic:1") to_classic.push_back(probe);
  }
  ASSERT_THAT(to_classic, SizeIs(1));
  EXPECT_THAT(*to_classic[0].line, HasSubstr("new_peer_joined"));
  EXPECT_FALSE(to_classic[0].want_answer);
  EXPECT_THAT(harness.notices, SizeIs(1));
  harness.end_probe({to_classic[0].probe, true, std::string()});
  EXPECT_THAT(harness.notices, SizeIs(2)) << "the second follows";
  harness.ask(register_line("c:1", ""));
  EXPECT_THAT(harness.notices, SizeIs(3)) << "and all that come";
}

TEST(ClassicVerification, OneThatCannotBeReachedIsToldNothingMoreForATtlAndRemovedAfterThree) {
  Harness harness;
  harness.answer_probes(Harness::nobody_is_there);
  harness.ask(classic_line("victim:80"));
  for (int i = 0; i < 3600; ++i) {
    harness.ask(register_line("a" + std::to_string(i) + ":1", ""));
    harness.advance(100ms);
  }
  const auto is_victim = [](const Probe& probe) { return probe.address.text() == "victim:80"; };
  EXPECT_EQ(std::ranges::count_if(harness.probes, is_victim), 3) << "with 3,600 joins in six minutes";
  for (const auto& entry : only<wire::Peers>(harness.ask(get_line(""))).peers) {
    EXPECT_NE(entry.address.text(), "victim:80");
  }
}

TEST(ClassicVerification, WithoutANoticeItIsAConnectionATtlAfterRegisteringAndEveryTtl) {
  Harness harness;
  harness.answer_probes(Harness::everybody_is_there);
  harness.ask(classic_line("classic:1"));
  harness.advance(119'999ms);
  EXPECT_THAT(harness.probes, IsEmpty());
  harness.advance(1ms);
  ASSERT_THAT(harness.probes, SizeIs(1));
  EXPECT_EQ(harness.probes[0].line, nullptr);
  EXPECT_EQ(state_of(harness, ""), "verified");
  harness.advance(1200s);
  EXPECT_THAT(harness.probes, SizeIs(11));
  harness.answer_probes(Harness::nobody_is_there);
  harness.advance(359'999ms);
  EXPECT_EQ(harness.server().stats().peers, 1U);
  harness.advance(1ms);
  EXPECT_EQ(harness.server().stats().peers, 0U) << "three failures in a row";
}

TEST(ClassicVerification, ASuccessInBetweenCountsFromTheBeginning) {
  Harness harness;
  int attempts = 0;
  harness.answer_probes([&](const Probe& probe) {
    return ++attempts % 3 == 0 ? Harness::everybody_is_there(probe) : Harness::nobody_is_there(probe);
  });
  harness.ask(classic_line("classic:1"));
  harness.advance(1h);
  EXPECT_EQ(harness.server().stats().peers, 1U);
  EXPECT_EQ(attempts, 30);
}

TEST(ClassicVerification, ANativeRowAtAClassicPeersAddressDoesNotBringItDown) {
  Harness harness;
  harness.answer_probes([](const Probe& probe) -> std::optional<Probed> {
    return Probed{probe.probe, true, probe.want_answer ? "no such thing" : ""};  // as a classic program would
  });
  harness.ask(classic_line("classic:1"));
  for (int i = 0; i < 100; ++i) {
    harness.ask(register_line("classic:1"), "192.0.2.66");
    harness.advance(20s);
  }
  EXPECT_EQ(state_of(harness, ""), "verified");
}

}  // namespace
}  // namespace suara::directory
