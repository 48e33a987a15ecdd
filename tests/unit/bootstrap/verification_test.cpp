// Who is dialled, when, and what comes of it: times are exact.
#include "tests/unit/bootstrap/lines.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "common/wire/request_signing.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Probed answered(const Probe& probe, const std::string& line) { return {probe.probe, true, line}; }

TEST(Verification, ANewPeerIsAskedAtOnceAndThenVerified) {
  Harness harness;
  const ConnectionId subscriber = harness.connect();
  harness.feed(subscriber, subscribe_line());
  harness.take(subscriber);
  EXPECT_EQ(only<wire::Registered>(harness.ask(register_line("a:1"))).state, wire::RowState::kUnverified);
  ASSERT_THAT(harness.probes, SizeIs(1));
  EXPECT_EQ(harness.probes[0].address.text(), "a:1");
  EXPECT_TRUE(harness.probes[0].want_answer);
  const auto question = wire::decode_dial_back(*harness.probes[0].line);
  ASSERT_TRUE(question);
  EXPECT_EQ(question->network, kNetwork);
  EXPECT_EQ(question->address.text(), "a:1");
  EXPECT_EQ(state_of(harness), "unverified");

  const auto joined = only<wire::PeerJoined>(harness.take(subscriber));
  EXPECT_EQ(joined.state, wire::RowState::kUnverified);
  harness.end_probe(*Harness::everybody_is_there(harness.probes[0]));
  EXPECT_EQ(state_of(harness), "verified");
  const auto again = only<wire::PeerJoined>(harness.take(subscriber));
  EXPECT_EQ(again.state, wire::RowState::kVerified);
  EXPECT_EQ(again.revision, joined.revision + 1);
  EXPECT_EQ(only<wire::Registered>(harness.ask(register_line("a:1"))).state, wire::RowState::kVerified);
  // And never again, as long as it renews.
  for (int i = 0; i < 100; ++i) {
    harness.advance(40s);
    harness.ask(register_line("a:1"));
  }
  EXPECT_THAT(harness.probes, SizeIs(1));
}

TEST(Verification, NothingIsDialledBeforeTheRowIsStored) {
  Harness harness;
  harness.set_disk_slow(true);
  harness.ask(register_line("a:1"));
  EXPECT_THAT(harness.probes, IsEmpty());
  harness.store_next();
  EXPECT_THAT(harness.probes, SizeIs(1));
}

TEST(Verification, WhoeverIsThereMustAnswerTheQuestionForTheRowsNetwork) {
  for (const int wrong : {0, 1, 2, 3}) {
    Harness harness;
    harness.ask(register_line("a:1"));
    const auto question = *wire::decode_dial_back(*harness.probes.at(0).line);
    wire::DialBackAnswer answer{question.nonce, *NetworkId::from_hex(kNetwork), std::nullopt};
    std::string line;
    if (wrong == 0) line = "<html>";
    if (wrong == 1) line = encode(wire::DialBackAnswer{sha256(as_bytes("another")), answer.network, std::nullopt});
    if (wrong == 2) line = encode(wire::DialBackAnswer{question.nonce, *NetworkId::from_hex(kOther), std::nullopt});
    if (wrong == 3) line = *harness.probes.at(0).line;  // an echo
    harness.end_probe(answered(harness.probes.at(0), line));
    EXPECT_EQ(state_of(harness), "unverified") << wrong;
  }
}

TEST(Verification, AnAddressWhereNobodyAnswersIsTriedThreeTimesATtlApartAndTheRowRemoved) {
  Harness harness;
  harness.answer_probes(Harness::nobody_is_there);
  const ConnectionId subscriber = harness.connect();
  harness.feed(subscriber, subscribe_line());
  harness.take(subscriber);
  harness.ask(register_line("victim:80"));
  EXPECT_THAT(harness.probes, SizeIs(1));
  const auto live = [&](std::chrono::milliseconds time) {  // somebody keeps its lease alive
    harness.advance(20s);
    harness.ask(register_line("victim:80"));
    harness.advance(time - 40s);
    harness.ask(register_line("victim:80"));
    harness.advance(20s);
  };
  live(119'999ms);
  EXPECT_THAT(harness.probes, SizeIs(1));
  harness.advance(1ms);
  EXPECT_THAT(harness.probes, SizeIs(2));
  live(119'999ms);
  EXPECT_THAT(harness.probes, SizeIs(2));
  EXPECT_THAT(news(harness.take(subscriber)), ElementsAre("+victim:80"));
  harness.advance(1ms);
  EXPECT_THAT(harness.probes, SizeIs(3));
  EXPECT_EQ(only<wire::PeerLeft>(harness.take(subscriber)).reason, wire::LeaveReason::kUnreachable);
  EXPECT_EQ(harness.server().stats().peers, 0U);
  harness.advance(1h);
  EXPECT_THAT(harness.probes, SizeIs(3));
}

TEST(Verification, RowsOfManyNetworksNamingOneAddressCostItNoMoreThanOne) {
  Harness harness;
  harness.answer_probes(Harness::nobody_is_there);
  std::vector<std::string> networks;
  for (int i = 0; i < 100; ++i) networks.push_back(sha256(as_bytes(std::to_string(i))).hex());
  const auto register_all = [&] {
    for (const std::string& network : networks) harness.ask(register_line("victim:80", network));
  };
  register_all();
  for (const std::string spelling : {"VICTIM:80", "victim.:80"}) harness.ask(register_line(spelling));
  harness.ask(classic_line("victim:80"));
  for (int i = 0; i < 2; ++i) {
    harness.advance(30s);
    register_all();
    harness.advance(60s);
    register_all();
    harness.advance(30s);
  }
  harness.advance(20s);  // there are more than one attempt judges
  EXPECT_THAT(harness.probes, SizeIs(3));
  EXPECT_EQ(harness.server().stats().peers, 0U);
}

TEST(Verification, RegisteringAndRemovingAgainAndAgainDoesNotBringAttemptsCloser) {
  Harness harness;
  harness.answer_probes(Harness::nobody_is_there);
  for (int i = 0; i < 1200; ++i) {
    harness.ask(register_line("victim:80"));
    harness.ask(remove_line("victim:80"));
    harness.advance(1s);
  }
  EXPECT_THAT(harness.probes, SizeIs(10)) << "twenty minutes, ten TTLs";
}

TEST(Verification, APeerThatRestartsIsRememberedForATtl) {
  Harness harness;
  harness.answer_probes(Harness::everybody_is_there);
  harness.ask(register_line("a:1"));
  harness.advance(30s);
  harness.ask(remove_line("a:1"));
  EXPECT_EQ(only<wire::Registered>(harness.ask(register_line("a:1"))).state, wire::RowState::kVerified);
  EXPECT_THAT(harness.probes, SizeIs(1));
  // In another network it has not shown itself.
  EXPECT_EQ(only<wire::Registered>(harness.ask(register_line("a:1", kOther))).state, wire::RowState::kUnverified);
}

TEST(Verification, TheAddressesOwnHostNeedNotWaitOutWhatOthersBrewed) {
  Harness harness;
  harness.answer_probes(Harness::nobody_is_there);
  harness.ask(register_line("192.0.2.7:3000"), "192.0.2.66");
  harness.ask(remove_line("192.0.2.7:3000"), "192.0.2.66");
  harness.advance(10s);
  harness.answer_probes(Harness::everybody_is_there);
  harness.ask(register_line("192.0.2.7:3000"), "192.0.2.7");
  EXPECT_EQ(state_of(harness), "verified");
}

TEST(Verification, ARestartOfTheServerKeepsAttemptsATtlApart) {
  Harness harness;
  harness.answer_probes(Harness::nobody_is_there);
  harness.ask(register_line("victim:80"));
  harness.restart(1s);
  harness.advance(119'999ms);
  EXPECT_THAT(harness.probes, SizeIs(1));
  harness.ask(register_line("victim:80"));
  harness.advance(1ms);
  EXPECT_THAT(harness.probes, SizeIs(2));
}

// ---- policies ----------------------------------------------------------------------------------------------------

TEST(Verification, WithRequireRowsAreListedAndAnnouncedOnceVerified) {
  Harness harness(Options{120s, Verify::kRequire});
  const ConnectionId subscriber = harness.connect();
  harness.feed(subscriber, subscribe_line());
  harness.take(subscriber);
  harness.ask(register_line("a:1"));
  EXPECT_EQ(state_of(harness), "not listed");
  EXPECT_EQ(harness.take(subscriber), "");
  EXPECT_EQ(harness.server().stats().peers, 0U);
  EXPECT_TRUE(only<wire::Registered>(harness.ask(register_line("a:1"))).refreshed) << "it is there all the same";
  harness.end_probe(*Harness::everybody_is_there(harness.probes.at(0)));
  EXPECT_EQ(state_of(harness), "verified");
  EXPECT_EQ(only<wire::PeerJoined>(harness.take(subscriber)).state, wire::RowState::kVerified);
  // One that never was listed leaves unheard.
  harness.answer_probes(Harness::nobody_is_there);
  harness.ask(register_line("b:1"));
  harness.advance(121s);
  EXPECT_THAT(news(harness.take(subscriber)), ElementsAre("-a:1 expired"));
}

TEST(Verification, WithOffNobodyIsDialledAndAllAreUnchecked) {
  Harness harness(Options{120s, Verify::kOff});
  EXPECT_EQ(only<wire::Registered>(harness.ask(register_line("a:1"))).state, wire::RowState::kUnchecked);
  harness.ask(classic_line("b:1"));
  harness.advance(24h);
  EXPECT_THAT(harness.probes, IsEmpty());
  EXPECT_EQ(harness.server().stats().peers, 1U);
}

TEST(Verification, WhenThePolicyChangesRowsFollowWithinATtlOrTwo) {
  Harness harness(Options{120s, Verify::kOff});
  harness.answer_probes(Harness::nobody_is_there);
  harness.ask(classic_line("classic:1"));
  const auto renew = [&] { harness.ask(register_line("native:1")); };
  const auto live = [&](int times) {
    for (int i = 0; i < times; ++i) {
      harness.advance(60s);
      renew();
    }
  };
  renew();
  live(4);
  EXPECT_THAT(harness.probes, IsEmpty());
  harness.reconfigure(Options{120s, Verify::kMark});
  live(10);
  EXPECT_EQ(harness.server().stats().peers, 1U) << "only the native one, which has registered again";
  harness.reconfigure(Options{120s, Verify::kOff});
  harness.probes.clear();
  live(10);
  EXPECT_THAT(harness.probes, IsEmpty());
  EXPECT_EQ(state_of(harness), "unchecked");
}

TEST(Verification, RowsThatWaitedToBeListedAreListedWhenThatIsNoLongerRequired) {
  Harness harness(Options{120s, Verify::kRequire});
  harness.ask(register_line("a:1"));
  EXPECT_EQ(state_of(harness), "not listed");
  harness.reconfigure(Options{120s, Verify::kMark});
  harness.ask(register_line("a:1"));
  EXPECT_EQ(state_of(harness), "unverified");
}

// ---- keys --------------------------------------------------------------------------------------------------------

TEST(Verification, ARowWithAKeyIsVerifiedByThatKeyOnly) {
  const PrivateKey owner = PrivateKey::from_seed("owner");
  for (const int shown : {0, 1, 2, 3}) {
    Harness harness;
    wire::Register request{wire::Flavour::kNative, {"a", 1}, kNetwork, {}, {}};
    wire::sign(request, owner, 1);
    EXPECT_EQ(only<wire::Registered>(harness.ask(wire::encode(wire::BootstrapRequest(request)))).state,
              wire::RowState::kUnverified);
    const auto question = *wire::decode_dial_back(*harness.probes.at(0).line);
    wire::DialBackAnswer answer{question.nonce, *NetworkId::from_hex(kNetwork), std::nullopt};
    const PrivateKey key = shown == 1 ? PrivateKey::from_seed("somebody") : owner;
    const Hash256 nonce = shown == 2 ? sha256(as_bytes("an older one")) : question.nonce;
    const Signature signature = key.sign(wire::dial_back_digest(answer.network, nonce, question.address));
    if (shown != 0) answer.proof = {key.public_key(), signature};
    harness.end_probe(answered(harness.probes.at(0), encode(answer)));
    EXPECT_EQ(state_of(harness), shown == 3 ? "verified" : "unverified") << shown;
  }
}

// ---- bounds ------------------------------------------------------------------------------------------------------

TEST(Verification, SoManyAttemptsAtATimeAndOthersLeaveRoomForThoseWhoRegisterThemselves) {
  Harness harness;
  for (int i = 0; i < 1000; ++i) harness.ask(register_line("hole" + std::to_string(i) + ":1"));
  harness.advance(1s);
  EXPECT_THAT(harness.probes, SizeIs(kMaxChecksOfOthersInFlight));
  for (int i = 0; i < 100; ++i) {
    const std::string host = "192.0.2." + std::to_string(i + 1);
    harness.ask(register_line(host + ":1"), host);
  }
  harness.advance(1s);
  EXPECT_THAT(harness.probes, SizeIs(kMaxChecksInFlight));
  EXPECT_EQ(harness.server().stats().checks_in_flight, kMaxChecksInFlight);
  // As they end, others begin, at the pace of kCheckInterval.
  harness.answer_probes(Harness::everybody_is_there);
  for (const Probe& probe : std::vector<Probe>(harness.probes)) harness.end_probe(*Harness::everybody_is_there(probe));
  harness.advance(2s);
  EXPECT_EQ(harness.server().stats().peers_verified, 1100U);
  EXPECT_EQ(harness.server().stats().checks_waiting, 0U);
}

TEST(Verification, AFloodOfRegistrationsIsNotAFloodOfDials) {
  Harness harness;
  harness.answer_probes(Harness::nobody_is_there);
  for (int i = 0; i < 2000; ++i) harness.ask(register_line("p" + std::to_string(i) + ":1"), "127.0.0.1");
  EXPECT_THAT(harness.probes, SizeIs(kMaxChecksAtOnce));
  harness.advance(1s);
  EXPECT_THAT(harness.probes, SizeIs(kMaxChecksAtOnce + 1000));
}

}  // namespace
}  // namespace suara::directory
