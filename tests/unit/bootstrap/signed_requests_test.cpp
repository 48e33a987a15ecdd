// Who may register and remove what, by signature; and that nothing signed counts twice.
#include "bootstrap-server/core/limits.hpp"
#include "common/wire/request_signing.hpp"
#include "tests/unit/bootstrap/lines.hpp"

#include <gmock/gmock.h>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const PrivateKey kOwner = PrivateKey::from_seed("owner");
const PrivateKey kStranger = PrivateKey::from_seed("stranger");
const PrivateKey kAdmin = PrivateKey::from_seed("admin");
const std::string kAddress = "192.0.2.7:3000";
const std::string kThere = "192.0.2.7";
const std::string kElsewhere = "198.51.100.1";
/// A day ahead of a new harness's clock.
constexpr std::uint64_t kGreatest = 1'764'000'000'000 + 24 * 3'600'000;

std::string signed_register(const PrivateKey& key, std::uint64_t sequence, const std::string& address = kAddress) {
  wire::Register request;
  request.address = *wire::parse_address(address);
  request.network = kNetwork;
  sign(request, key, sequence);
  return wire::encode(wire::BootstrapRequest(request));
}

wire::Remove removal(const PrivateKey& key, std::uint64_t sequence) {
  wire::Remove request;
  request.address = *wire::parse_address(kAddress);
  request.network = kNetwork;
  sign(request, key, sequence);
  return request;
}

std::string signed_remove(const PrivateKey& key, std::uint64_t sequence) {
  return wire::encode(wire::BootstrapRequest(removal(key, sequence)));
}

std::string error_code(const std::string& answer) { return only<wire::ErrorReply>(answer).code; }

std::optional<PublicKey> listed_key(Harness& harness) {
  const auto peers = only<wire::Peers>(harness.ask(get_line())).peers;
  return peers.size() == 1 ? peers[0].key : std::nullopt;
}

Options with_admin() {
  Options options;
  options.admin_keys = {PrivateKey::from_seed("another admin").public_key(), kAdmin.public_key()};
  return options;
}

TEST(SignedRequests, ARowBelongsToTheKeyThatRegisteredIt) {
  Harness harness;
  EXPECT_FALSE(only<wire::Registered>(harness.ask(signed_register(kOwner, 1), kThere)).refreshed);
  EXPECT_EQ(listed_key(harness), kOwner.public_key());
  EXPECT_TRUE(only<wire::Registered>(harness.ask(signed_register(kOwner, 2), kElsewhere)).refreshed);
  // Not by whence one calls, not by another key, not without one.
  for (const std::string& host : {kThere, std::string("127.0.0.1")}) {
    EXPECT_EQ(error_code(harness.ask(register_line(kAddress), host)), "not_permitted");
    EXPECT_EQ(error_code(harness.ask(remove_line(kAddress), host)), "not_permitted");
    EXPECT_EQ(error_code(harness.ask(signed_register(kStranger, 9), host)), "not_permitted");
    EXPECT_EQ(error_code(harness.ask(signed_remove(kStranger, 9), host)), "not_permitted");
  }
  EXPECT_THAT(only<wire::ErrorReply>(harness.ask(remove_line(kAddress), "127.0.0.1")).message,
              HasSubstr("--admin-key <data-dir>/admin.pem"));
  only<wire::Removed>(harness.ask(signed_remove(kOwner, 3), kElsewhere));
}

TEST(SignedRequests, SequencesAscend) {
  Harness harness;
  only<wire::Registered>(harness.ask(signed_register(kOwner, 100)));
  for (const std::uint64_t stale : {0U, 99U, 100U}) {
    const auto error = only<wire::ErrorReply>(harness.ask(signed_register(kOwner, stale)));
    EXPECT_EQ(error.code, "stale_sequence");
    EXPECT_EQ(error.sequence, 100U);
    EXPECT_EQ(error_code(harness.ask(signed_remove(kOwner, stale))), "stale_sequence");
  }
  only<wire::Registered>(harness.ask(signed_register(kOwner, 101)));
}

// Else a hostile server could have a client sign a number that nothing exceeds, and show it to this one.
TEST(SignedRequests, SequencesKeepToTheClock) {
  Harness harness;
  EXPECT_EQ(error_code(harness.ask(signed_register(kOwner, UINT64_MAX))), "sequence_ahead");
  EXPECT_EQ(error_code(harness.ask(signed_register(kOwner, kGreatest + 1))), "sequence_ahead");
  only<wire::Registered>(harness.ask(signed_register(kOwner, kGreatest)));
  EXPECT_EQ(error_code(harness.ask(signed_remove(kOwner, kGreatest + 1))), "sequence_ahead");
  harness.advance(1ms);
  only<wire::Removed>(harness.ask(signed_remove(kOwner, kGreatest + 1)));
}

TEST(SignedRequests, NothingReplaysOnceTheRowIsGone) {
  Harness harness;
  const std::string registration = signed_register(kOwner, 1);
  const std::string removal_line = signed_remove(kOwner, 2);
  only<wire::Registered>(harness.ask(registration));
  only<wire::Removed>(harness.ask(removal_line));
  EXPECT_EQ(only<wire::ErrorReply>(harness.ask(registration)).sequence, 2U);
  harness.restart();
  EXPECT_EQ(error_code(harness.ask(registration)), "stale_sequence");
  only<wire::Registered>(harness.ask(signed_register(kOwner, 3)));
  EXPECT_EQ(error_code(harness.ask(removal_line)), "stale_sequence");
  harness.advance(5min);  // and no less when its lease has ended
  EXPECT_EQ(harness.server().stats().peers, 0U);
  EXPECT_EQ(error_code(harness.ask(signed_register(kOwner, 3))), "stale_sequence");
  // Numbers that somebody else uses up are theirs alone.
  only<wire::Registered>(harness.ask(signed_register(kStranger, kGreatest)));
  only<wire::ErrorReply>(harness.ask(signed_remove(kStranger, kGreatest)));
  harness.advance(5min);
  only<wire::Registered>(harness.ask(signed_register(kOwner, 4)));
}

TEST(SignedRequests, WrongSignaturesAreRefused) {
  Harness harness;
  only<wire::Registered>(harness.ask(signed_register(kOwner, 1)));
  wire::Remove altered = removal(kOwner, 2);
  altered.authorization->sequence = 3;
  EXPECT_EQ(error_code(harness.ask(wire::encode(wire::BootstrapRequest(altered)))), "bad_signature");
  altered.authorization->key.bytes.fill(1);  // no point on the curve
  EXPECT_EQ(error_code(harness.ask(wire::encode(wire::BootstrapRequest(altered)))), "not_permitted");
  const std::string claimed = signed_register(kStranger, 1, "192.0.2.8:3000");
  wire::Register forged = std::get<wire::Register>(*wire::decode_bootstrap_request(claimed));
  forged.authorization->key = kOwner.public_key();
  EXPECT_EQ(error_code(harness.ask(wire::encode(wire::BootstrapRequest(forged)))), "bad_signature");
  EXPECT_EQ(harness.server().stats().peers, 1U);
}

TEST(SignedRequests, AdminsMayChangeEveryRowAndOwnNone) {
  Harness harness(with_admin());
  only<wire::Registered>(harness.ask(signed_register(kOwner, 50)));
  only<wire::Registered>(harness.ask(signed_register(kAdmin, 1), kElsewhere));
  EXPECT_EQ(listed_key(harness), kOwner.public_key());
  EXPECT_EQ(error_code(harness.ask(signed_remove(kAdmin, 1), kElsewhere)), "stale_sequence");
  const std::string removal_line = signed_remove(kAdmin, 2);
  only<wire::Removed>(harness.ask(removal_line, kElsewhere));
  only<wire::Registered>(harness.ask(signed_register(kOwner, 51)));
  EXPECT_EQ(error_code(harness.ask(removal_line, kElsewhere)), "stale_sequence");
  only<wire::Removed>(harness.ask(signed_remove(kOwner, 52)));

  only<wire::Registered>(harness.ask(signed_register(kAdmin, 3), kElsewhere));
  EXPECT_EQ(listed_key(harness), std::nullopt);
  EXPECT_EQ(error_code(harness.ask(remove_line(kAddress), "192.0.2.1")), "not_permitted");
  only<wire::Removed>(harness.ask(signed_remove(kAdmin, 4)));
  EXPECT_EQ(error_code(harness.ask(signed_register(kAdmin, 4))), "stale_sequence");
}

TEST(SignedRequests, AMisplacedRowGivesWayToTheHostItNames) {
  Harness harness;
  only<wire::Registered>(harness.ask(signed_register(kStranger, kGreatest), kElsewhere));
  EXPECT_EQ(error_code(harness.ask(signed_register(kOwner, 1), "192.0.2.8")), "not_permitted");
  EXPECT_EQ(error_code(harness.ask(register_line(kAddress), kThere)), "not_permitted");
  EXPECT_TRUE(only<wire::Registered>(harness.ask(signed_register(kOwner, 1), kThere)).refreshed);
  EXPECT_EQ(listed_key(harness), kOwner.public_key());
  // Nor does it go back: it was registered from where it is.
  EXPECT_EQ(error_code(harness.ask(signed_register(kStranger, kGreatest), kElsewhere)), "not_permitted");
  EXPECT_EQ(error_code(harness.ask(signed_register(PrivateKey::from_seed("third"), 1), kThere)), "not_permitted");
}

TEST(SignedRequests, RowsWithoutAKeyAreClaimedByTheirOwn) {
  Harness harness;
  only<wire::Registered>(harness.ask(register_line(kAddress), kElsewhere));
  only<wire::Registered>(harness.ask(signed_register(kStranger, 1), "203.0.113.1"));  // renews it as it is
  EXPECT_EQ(listed_key(harness), std::nullopt);
  only<wire::Registered>(harness.ask(signed_register(kOwner, 1), kThere));
  EXPECT_EQ(listed_key(harness), kOwner.public_key());
  EXPECT_EQ(error_code(harness.ask(remove_line(kAddress), kElsewhere)), "not_permitted");
}

TEST(SignedRequests, AnswersComeInOrderAndSeeWhatWasDoneBefore) {
  Harness harness;
  harness.set_workers_slow(true);
  const ConnectionId peer = harness.connect();
  harness.feed(peer, get_line() + signed_register(kOwner, 1) + get_line() + "oops\n" + signed_remove(kOwner, 2) +
                         subscribe_line() + get_line());
  EXPECT_THAT(replies(harness.take(peer)), SizeIs(1));
  ASSERT_TRUE(harness.check_next());
  const auto answers = replies(harness.take(peer));
  ASSERT_THAT(answers, SizeIs(3));
  EXPECT_TRUE(std::holds_alternative<wire::Registered>(answers[0]));
  EXPECT_THAT(addresses(std::get<wire::Peers>(answers[1])), ElementsAre(kAddress));
  EXPECT_EQ(std::get<wire::ErrorReply>(answers[2]).code, "not_json");
  ASSERT_TRUE(harness.check_next());
  EXPECT_FALSE(harness.check_next());
  const auto rest = replies(harness.take(peer));
  ASSERT_THAT(rest, SizeIs(3));
  EXPECT_TRUE(std::holds_alternative<wire::Removed>(rest[0]));
  EXPECT_TRUE(std::holds_alternative<wire::Subscribed>(rest[1]));
  EXPECT_THAT(addresses(std::get<wire::Peers>(rest[2])), IsEmpty());
}

TEST(SignedRequests, OthersAreServedWhileASignatureIsChecked) {
  Harness harness;
  harness.set_workers_slow(true);
  EXPECT_EQ(harness.ask(signed_register(kOwner, 1)), "");
  only<wire::Registered>(harness.ask(register_line(kAddress), kElsewhere));
  ASSERT_TRUE(harness.check_next());
  // By then it was somebody's row, renewed as it is.
  EXPECT_EQ(listed_key(harness), std::nullopt);
}

TEST(SignedRequests, WhoHangsUpIsStillHeard) {
  Harness harness;
  harness.set_workers_slow(true);
  const ConnectionId peer = harness.connect();
  harness.feed(peer, signed_register(kOwner, 1) + subscribe_line() + signed_register(kOwner, 2, "192.0.2.8:3000"));
  harness.disconnect(peer);
  while (harness.check_next()) {
  }
  EXPECT_EQ(harness.take(peer), "");
  const Stats stats = harness.server().stats();
  EXPECT_EQ(stats.peers, 2U);
  EXPECT_EQ(stats.connections, 0U);
  EXPECT_EQ(stats.subscriptions, 0U);
}

TEST(SignedRequests, TooManyBehindACheckEndTheConnection) {
  Harness harness;
  harness.set_workers_slow(true);
  const ConnectionId peer = harness.connect();
  harness.feed(peer, signed_register(kOwner, 1));
  for (std::size_t i = 0; i < kMaxPendingAnswers + 5; ++i) harness.feed(peer, "{\"type\":\"PING\",\"payload\":{}}\n");
  EXPECT_FALSE(harness.closed(peer));
  ASSERT_TRUE(harness.check_next());
  const auto answers = replies(harness.take(peer));
  ASSERT_THAT(answers, SizeIs(kMaxPendingAnswers + 1));
  EXPECT_EQ(std::get<wire::ErrorReply>(answers.back()).code, "too_many_requests");
  EXPECT_TRUE(harness.closed(peer));
}

TEST(SignedRequests, ChecksAreBounded) {
  Harness harness;
  harness.set_workers_slow(true);
  const std::string line = signed_register(kOwner, 1);
  for (std::size_t i = 0; i < kMaxSignatureChecks; ++i) EXPECT_EQ(harness.ask(line), "");
  EXPECT_EQ(error_code(harness.ask(line)), "busy");
  ASSERT_TRUE(harness.check_next());
  EXPECT_EQ(error_code(harness.ask(line)), "stale_sequence");
}

TEST(SignedRequests, AHundredThousandUnauthorisedOrReplayedRemovesDoNothing) {
  Harness harness(with_admin());
  only<wire::Registered>(harness.ask(signed_register(kOwner, 1), kThere));
  const std::string owners = signed_remove(kOwner, 2);
  const std::string admins = signed_remove(kAdmin, 2);
  only<wire::Removed>(harness.ask(owners));
  only<wire::Registered>(harness.ask(signed_register(kOwner, 3), kThere));
  only<wire::Removed>(harness.ask(admins));
  only<wire::Registered>(harness.ask(signed_register(kOwner, 4), kThere));

  wire::Remove tampered = removal(kOwner, 5);
  tampered.authorization->sequence = 6;
  wire::Remove other_network = removal(kOwner, 7);
  other_network.network = kOther;
  const std::string attempts[] = {owners,
                                  admins,
                                  signed_remove(kStranger, 1'000'000),
                                  remove_line(kAddress),
                                  signed_register(kOwner, 4),
                                  wire::encode(wire::BootstrapRequest(other_network))};
  const std::string forged = wire::encode(wire::BootstrapRequest(tampered));
  const std::string hosts[] = {kThere, kElsewhere, "127.0.0.1"};
  constexpr int kAttempts = 100'000;
  std::vector<ConnectionId> connections;
  for (const std::string& host : hosts) connections.push_back(harness.connect(host));
  for (int i = 0; i < kAttempts; ++i) {
    const ConnectionId connection = connections[static_cast<std::size_t>(i) % std::size(hosts)];
    // Those that take a check are a hundredth, for the test's own speed.
    harness.feed(connection, i % 100 == 0 ? forged : attempts[static_cast<std::size_t>(i) % std::size(attempts)]);
    const std::string answer = harness.take(connection);
    ASSERT_TRUE(answer.starts_with("{\"type\":\"ERROR\"")) << "attempt " << i << ": " << answer;
  }
  EXPECT_THAT(addresses(only<wire::Peers>(harness.ask(get_line()))), ElementsAre(kAddress));
  EXPECT_LE(harness.checked(), 3U + 3U + kAttempts / 100) << "the others cost no check";
}

}  // namespace
}  // namespace suara::directory
