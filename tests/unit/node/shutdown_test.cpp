// SIGTERM: deregister, say bye, stop.
#include "tests/support/node_harness.hpp"

#include "common/wire/bootstrap_messages.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

/// A bootstrap server that agrees to everything but, when told so, never answers REMOVE.
NodeNet::Server agreeable(std::vector<std::string>& log, bool answers_remove = true) {
  return [&log, answers_remove](const std::string& line) -> std::vector<std::string> {
    log.push_back(line);
    const auto request = wire::decode_bootstrap_request(line);
    CHECK(request.has_value());
    if (const auto* registration = std::get_if<wire::Register>(&*request)) {
      wire::Registered reply;
      reply.address = registration->address;
      reply.ttl_seconds = 120;
      reply.refresh_seconds = 40;
      reply.state = wire::RowState::kUnverified;
      return {wire::encode(wire::BootstrapReply(reply))};
    }
    if (std::holds_alternative<wire::Subscribe>(*request))
      return {wire::encode(wire::BootstrapReply(wire::Subscribed{5, false}))};
    if (std::holds_alternative<wire::GetPeers>(*request)) return {wire::encode(wire::BootstrapReply(wire::Peers{}))};
    const auto* remove = std::get_if<wire::Remove>(&*request);
    if (remove == nullptr || !answers_remove) return {};
    return {wire::encode(wire::BootstrapReply(wire::Removed{remove->address, 6}))};
  };
}

TEST(NodeShutdown, RemovesSaysByeAndStops) {
  NodeNet net;
  std::vector<std::string> log;
  net.serve("10.0.1.1:4000", agreeable(log));
  auto options = net.options(1);
  options.bootstrap = {wire::Address{"10.0.1.1", 4000}};
  auto& host = net.start(options);
  auto& peer = net.befriend(host, "somebody");
  ASSERT_TRUE(net.until([&] { return log.size() == 3; }));
  EXPECT_EQ(host.node->bootstrap().at(0).state, "registered");
  net.feed(host, node::ShutdownRequested{});
  ASSERT_TRUE(net.until([&] { return host.stopped; }, std::chrono::milliseconds(100)));
  EXPECT_NE(log.back().find("REMOVE"), std::string::npos);
  EXPECT_TRUE(peer.received(R"({"type":"bye","payload":{"reason":"shutting down"}})"));
  EXPECT_EQ(host.node->next_deadline(), std::nullopt);
}

TEST(NodeShutdown, WaitsForASilentBootstrapServerTwoSecondsOnly) {
  NodeNet net;
  std::vector<std::string> log;
  net.serve("10.0.1.1:4000", agreeable(log, false));
  auto options = net.options(1);
  options.bootstrap = {wire::Address{"10.0.1.1", 4000}};
  auto& host = net.start(options);
  ASSERT_TRUE(net.until([&] { return log.size() == 3; }));
  net.feed(host, node::ShutdownRequested{});
  net.run(std::chrono::milliseconds(1'900));
  EXPECT_FALSE(host.stopped);
  net.run(std::chrono::milliseconds(200));
  EXPECT_TRUE(host.stopped);
}

TEST(NodeShutdown, NothingNewIsBegun) {
  NodeNet net;
  std::vector<std::string> log;
  net.serve("10.0.1.1:4000", agreeable(log, false));
  auto options = net.options(1);
  options.mining = node::MiningMode::kAlways;
  options.bootstrap = {wire::Address{"10.0.1.1", 4000}};
  auto& host = net.start(options);
  ASSERT_TRUE(net.until([&] { return host.height() == 1; }));
  net.feed(host, node::ShutdownRequested{});
  net.submit(host, 1, record(net.spec, voter_key(1), 1));
  auto& late = net.connect(host);
  net.run(std::chrono::milliseconds(1'900));
  EXPECT_EQ(host.responses.at(1).error().name(), "shutting_down");
  EXPECT_TRUE(late.closed);
  EXPECT_EQ(host.height(), 1U);
}

TEST(NodeShutdown, WithoutAnybodyItStopsAtOnce) {
  NodeNet net;
  auto& host = net.start(net.options(1));
  net.feed(host, node::ShutdownRequested{});
  EXPECT_TRUE(net.until([&] { return host.stopped; }, std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace suara::testing
