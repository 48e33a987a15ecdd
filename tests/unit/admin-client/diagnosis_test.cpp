#include "admin-client/diagnosis.hpp"

#include "common/shell/network_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suara::admin {
namespace {

using shell::NetworkError;
using ::testing::HasSubstr;

constexpr const char* kServer = "198.51.100.1:4000";

/// A healthy peer, verified a moment ago.
wire::Inspected healthy(const std::string& address = "192.0.2.7:3000", const std::string& source = "192.0.2.7") {
  wire::Inspected inspected;
  inspected.address = wire::parse_address(address).value();
  inspected.observed = "203.0.113.9:50122";
  inspected.registered = true;
  inspected.state = wire::RowState::kVerified;
  inspected.lease_left_ms = 100'000;
  inspected.source_host = source;
  inspected.clock_offset_ms = 12;
  inspected.check = wire::LastCheck{1'764'000'000'000, true, "", 0};
  return inspected;
}

wire::Inspected failing(const std::string& error, const std::string& address = "192.0.2.7:3000",
                        const std::string& source = "192.0.2.7") {
  auto inspected = healthy(address, source);
  inspected.state = wire::RowState::kUnverified;
  inspected.check = wire::LastCheck{1'764'000'000'000, false, error, 2};
  return inspected;
}

wire::Inspected unregistered(const std::string& address = "192.0.2.7:3000") {
  wire::Inspected inspected;
  inspected.address = wire::parse_address(address).value();
  inspected.observed = "203.0.113.9:50122";
  return inspected;
}

std::string network_says(NetworkError error) { return Error(error, "192.0.2.7:3000").message(); }

struct Case {
  const char* what;
  wire::Inspected inspected;
  Problem problem;
  const char* fix;  // a part of the sentence
};

std::vector<Case> cases() {
  auto unchecked = healthy();
  unchecked.state = wire::RowState::kUnchecked;
  unchecked.check.reset();
  auto waiting = healthy();
  waiting.state = wire::RowState::kUnverified;
  waiting.check.reset();
  auto ahead = healthy();
  ahead.clock_offset_ms = 10'001;
  auto behind = healthy();
  behind.clock_offset_ms = -3'600'000;
  auto tolerable = healthy();
  tolerable.clock_offset_ms = -10'000;
  auto silent_and_unregistered = unregistered();
  silent_and_unregistered.check = wire::LastCheck{1, false, network_says(NetworkError::kRefused), 1};
  return {
      {"all is well", healthy(), Problem::kNone, "nothing is wrong"},
      {"verification is off", unchecked, Problem::kNone, "nothing is wrong"},
      {"a clock within bounds", tolerable, Problem::kNone, "nothing is wrong"},
      {"not dialled yet", waiting, Problem::kNotCheckedYet, "ask again"},
      {"not registered", unregistered(), Problem::kNotRegistered, "--bootstrap 198.51.100.1:4000"},
      {"not registered, not there", silent_and_unregistered, Problem::kNotRegistered, "nobody listens there"},
      {"loopback, not registered", unregistered("127.0.0.1:3000"), Problem::kAdvertises,
       "--advertise 203.0.113.9:3000"},
      {"loopback", failing(network_says(NetworkError::kRefused), "127.0.0.1:3000"), Problem::kAdvertises,
       "--advertise 192.0.2.7:3000"},
      {"localhost", failing(network_says(NetworkError::kRefused), "localhost:3000"), Problem::kAdvertises,
       "--advertise 192.0.2.7:3000"},
      {"a container's address", failing(network_says(NetworkError::kDialTimeout), "172.18.0.3:3000"),
       Problem::kAdvertises, "--advertise 192.0.2.7:3000"},
      {"a private address inside its network",
       failing(network_says(NetworkError::kRefused), "10.0.0.7:3000", "10.0.0.7"), Problem::kNotListening,
       "start the peer"},
      {"loopback on the server's own host",
       failing(network_says(NetworkError::kRefused), "127.0.0.1:3000", "127.0.0.1"), Problem::kNotListening,
       "--listen"},
      {"refused", failing(network_says(NetworkError::kRefused)), Problem::kNotListening, "start the peer"},
      {"timeout", failing(network_says(NetworkError::kDialTimeout)), Problem::kNoWayThrough, "firewall"},
      {"no route", failing(network_says(NetworkError::kUnreachable)), Problem::kNoWayThrough, "NAT"},
      {"no such name", failing(network_says(NetworkError::kCannotResolve), "peer.example:3000"), Problem::kUnknownHost,
       "DNS"},
      {"another key", failing("the node there has another key"), Problem::kOtherNode, "stale row"},
      {"another network", failing("the node there is of network " + std::string(64, 'a')), Problem::kOtherNetwork,
       "--genesis"},
      {"no peer", failing("what is there does not answer as a peer: this is no JSON"), Problem::kNotAPeer,
       "another program"},
      {"it hangs up", failing(network_says(NetworkError::kPeerClosed)), Problem::kNotAPeer, "another program"},
      {"anything else", failing("the moon is full"), Problem::kFailsOtherwise, "the moon is full"},
      {"clock ahead", ahead, Problem::kClock, "10.0 s ahead of"},
      {"clock behind", behind, Problem::kClock, "3600.0 s behind"},
  };
}

TEST(Diagnosis, NamesTheProblemAndItsMostLikelyFix) {
  for (const auto& row : cases()) {
    const auto diagnosis = diagnose(row.inspected, kServer);
    EXPECT_EQ(name_of(diagnosis.problem), name_of(row.problem)) << row.what << ": " << diagnosis.sentence;
    EXPECT_THAT(diagnosis.sentence, HasSubstr(row.fix)) << row.what;
  }
}

}  // namespace
}  // namespace suara::admin
