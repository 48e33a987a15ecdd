#include "peer-node/p2p/bootstrap_client.hpp"

#include "common/wire/request_signing.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace suara::p2p {
namespace {

using namespace std::chrono_literals;

const PrivateKey kKey = PrivateKey::from_seed("node");

/// A client that is connected, and what it sends.
struct Connected : ::testing::Test {
  Now now{Instant(1h), from_unix_ms(1'764'000'000'000)};
  SeededRng rng{1};
  node::Outbox out;
  BootstrapClient client{{"10.0.1.1", 4000},
                         {.network = NetworkId{},
                          .key = kKey,
                          .own = wire::Address{"10.0.0.1", 3000},
                          .status = [](Now at) { return wire::PeerStatus{1, "", "test", to_unix_ms(at.wall)}; },
                          .ways = {},
                          .has_peers = [] { return true; }}};

  void SetUp() override { client.connected(ConnectionId{1}, now, rng, out); }

  template <class Request>
  std::vector<Request> sent() {
    std::vector<Request> requests;
    for (const node::Action& action : out.take()) {
      const auto* send = std::get_if<node::Send>(&action);
      if (send == nullptr) continue;
      auto request = wire::decode_bootstrap_request(*send->bytes);
      EXPECT_TRUE(request) << *send->bytes;
      if (request && std::holds_alternative<Request>(*request)) requests.push_back(std::get<Request>(*request));
    }
    return requests;
  }
  template <class Request>
  std::uint64_t only_sequence() {
    const auto requests = sent<Request>();
    if (requests.size() != 1 || !requests[0].authorization) {
      ADD_FAILURE() << requests.size() << " requests, or not signed";
      return 0;
    }
    const wire::Authorization& authorization = *requests[0].authorization;
    EXPECT_EQ(authorization.key, kKey.public_key());
    EXPECT_TRUE(verify(authorization.key, wire::digest_to_sign(requests[0]), authorization.signature));
    return authorization.sequence;
  }
  void answer(const wire::BootstrapReply& reply) { client.line(wire::encode(reply), now, rng, out); }
  void registered() {
    answer(wire::Registered{wire::Address{"10.0.0.1", 3000}, false, 120, 40, "10.0.0.1:1"});
    others_answered();
  }
  /// What else it asks now and then.
  void others_answered() {
    answer(wire::Subscribed{1, false});
    answer(wire::Peers{});
  }
  void pass(std::chrono::seconds time) {
    now.instant += time;
    now.wall += time;
    client.tick(now, rng, out);
  }
};

TEST_F(Connected, PushesAreHeededOnlySoFast) {
  registered();
  std::size_t heeded = 0;
  const auto push = [&](std::uint64_t number) {
    const wire::PeerJoined joined{
        .address = {"10.1.1.1", 3000}, .network = {}, .revision = number, .state = wire::RowState::kVerified};
    heeded += client.line(wire::encode(wire::BootstrapReply(joined)), now, rng, out).joined.size();
  };
  for (std::uint64_t i = 0; i < 2 * kMaxAddressesHeeded; ++i) push(2 + i);
  EXPECT_EQ(heeded, kMaxAddressesHeeded);
  now.instant += kPushInterval;
  for (std::uint64_t i = 0; i < 10; ++i) push(10'000 + i);
  EXPECT_EQ(heeded, kMaxAddressesHeeded + 1);
}

TEST_F(Connected, WhatALearntServerSaysOfLeavingIsNotHeeded) {
  const wire::BootstrapReply left = wire::PeerLeft{.address = {"10.1.1.1", 3000}, .network = {}, .revision = 5};
  EXPECT_EQ(client.line(wire::encode(left), now, rng, out).left.size(), 1U);
  BootstrapClient learnt({"10.0.1.2", 4000},
                         {.network = NetworkId{},
                          .key = kKey,
                          .own = std::nullopt,
                          .status = [](Now) { return wire::PeerStatus{}; },
                          .ways = {},
                          .has_peers = [] { return true; }},
                         BootstrapClient::Standing::kLearnt);
  learnt.connected(ConnectionId{2}, now, rng, out);
  EXPECT_TRUE(learnt.line(wire::encode(left), now, rng, out).left.empty());
}

TEST_F(Connected, ErrorsThatNobodyAskedForFillNoLog) {
  registered();
  (void)out.take();
  for (int i = 0; i < 10; ++i) answer(wire::ErrorReply{.code = "code_" + std::to_string(i), .message = "no"});
  for (const node::Action& action : out.take()) EXPECT_FALSE(std::holds_alternative<Report>(action));
}

TEST_F(Connected, SignsWithTheTimeAndNeverGoesBack) {
  EXPECT_EQ(only_sequence<wire::Register>(), 1'764'000'000'000U);
  registered();
  pass(40s);
  EXPECT_EQ(only_sequence<wire::Register>(), 1'764'000'040'000U);
  registered();
  now.wall -= 1h;
  pass(40s);
  EXPECT_EQ(only_sequence<wire::Register>(), 1'764'000'040'001U);
  EXPECT_TRUE(client.shut_down(now, out));
  EXPECT_EQ(only_sequence<wire::Remove>(), 1'764'000'040'002U);
}

TEST_F(Connected, GoesOnFromTheSequenceTheServerHasSeen) {
  sent<wire::Register>();
  const wire::ErrorReply stale{"stale_sequence", "greater", std::nullopt, 1'999'000'000'000};
  answer(stale);
  EXPECT_EQ(only_sequence<wire::Register>(), 1'999'000'000'001U);
  registered();
  pass(40s);
  EXPECT_EQ(only_sequence<wire::Register>(), 1'999'000'000'002U);
  EXPECT_TRUE(client.shut_down(now, out));
  sent<wire::Remove>();
  answer(wire::ErrorReply{"stale_sequence", "greater", std::nullopt, 1'999'000'000'009});
  EXPECT_EQ(only_sequence<wire::Remove>(), 1'999'000'000'010U);
  EXPECT_TRUE(client.removal_pending());
  answer(stale);
  EXPECT_TRUE(sent<wire::Remove>().empty());
  EXPECT_FALSE(client.removal_pending());
}

TEST_F(Connected, AServerThatIsNeverContentIsNotHammered) {
  sent<wire::Register>();
  std::size_t asked = 0;
  for (std::uint64_t sequence = 2'000'000'000'000; sequence < 2'000'000'000'010; ++sequence) {
    answer(wire::ErrorReply{"stale_sequence", "greater", std::nullopt, sequence});
    asked += sent<wire::Register>().size();
  }
  EXPECT_EQ(asked, 1U);
  answer(wire::ErrorReply{"stale_sequence", "greater", std::nullopt, UINT64_MAX});
  EXPECT_TRUE(sent<wire::Register>().empty());
}

TEST_F(Connected, ARefusedRenewalIsTriedAgainWhenTheServerSaysSo) {
  sent<wire::Register>();
  registered();
  pass(40s);
  EXPECT_EQ(sent<wire::Register>().size(), 1U);
  answer(wire::ErrorReply{"rate_limited", "slower", 90'000});
  others_answered();
  pass(89s);
  others_answered();
  EXPECT_TRUE(sent<wire::Register>().empty());
  ASSERT_TRUE(client.deadline());
  pass(1s);
  EXPECT_EQ(sent<wire::Register>().size(), 1U);
}

}  // namespace
}  // namespace suara::p2p
