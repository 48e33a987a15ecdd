// Who leaves, and who is said to have left.
#include "common/util/base64.hpp"
#include "common/wire/bootstrap_messages.hpp"
#include "peer-node/p2p/limits.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

constexpr const char* kServer = "10.0.1.1:4000";

struct NodeLeaving : ::testing::Test {
  NodeNet net;
  std::map<std::string, std::vector<std::string>> asked;  // by server

  void serve(const std::string& address) {
    net.serve(address, [this, address](const std::string& line) -> std::vector<std::string> {
      asked[address].push_back(line);
      const auto request = wire::decode_bootstrap_request(line);
      CHECK(request.has_value());
      wire::BootstrapReply reply = wire::Peers{};
      if (const auto* registration = std::get_if<wire::Register>(&*request)) {
        wire::Registered registered;
        registered.address = registration->address;
        registered.ttl_seconds = 120;
        registered.refresh_seconds = 40;
        registered.state = wire::RowState::kVerified;
        reply = registered;
      } else if (std::holds_alternative<wire::Subscribe>(*request)) {
        reply = wire::Subscribed{1, false};
      } else if (const auto* remove = std::get_if<wire::Remove>(&*request)) {
        reply = wire::Removed{remove->address, 6};
      }
      return {wire::encode(reply)};
    });
  }
  node::Options registering(unsigned number) const {
    auto options = net.options(number);
    options.bootstrap = {*wire::parse_address(kServer)};
    return options;
  }
  [[nodiscard]] std::string left(const std::string& address) const {
    return R"({"type":"PEER_LEFT","payload":{"address":")" + address + R"(","network":")" +
           chain::network_id(net.spec).hex() + R"(","reason":"removed","revision":9}})";
  }
  static std::string notice(const std::string& type, const std::string& address) {
    return R"({"type":")" + type + R"(","data":")" + to_base64(as_bytes(address)) + R"("})";
  }
};

TEST_F(NodeLeaving, NobodysWordEndsALiveConnection) {
  serve(kServer);
  auto& host = net.start(registering(1));
  ASSERT_TRUE(net.until([&] { return asked[kServer].size() == 3; }));
  auto options = net.options(2);
  options.static_peers = {wire::Address{"10.0.0.1", 3000}};
  auto& other = net.start(options);
  ASSERT_TRUE(net.until([&] { return host.node->peers().size() == 1; }));
  const Instant since = host.node->peers()[0].connected_at;
  net.push(kServer, left(other.address));
  net.send(net.connect(host, "10.0.1.1"), notice("shutdown_peer", other.address));
  net.run(std::chrono::minutes(5));
  ASSERT_EQ(host.node->peers().size(), 1U);
  EXPECT_EQ(host.node->peers()[0].connected_at, since) << "the same connection";
}

TEST_F(NodeLeaving, WhoIsSaidToHaveLeftIsNotDialed) {
  serve(kServer);
  auto& host = net.start(registering(1));
  ASSERT_TRUE(net.until([&] { return asked[kServer].size() == 3; }));
  auto& trusted = net.connect(host, "10.0.1.1");
  auto& stranger = net.connect(host, "10.6.6.6");
  for (const char* address : {"10.0.0.2:3000", "10.0.0.3:3000"}) {  // nobody is there yet
    net.send(trusted, notice("new_peer_joined", address));
  }
  net.run(std::chrono::seconds(1));
  net.send(trusted, notice("shutdown_peer", "10.0.0.2:3000"));
  net.send(stranger, notice("shutdown_peer", "10.0.0.3:3000"));
  net.run(std::chrono::seconds(1));
  auto& gone = net.start(net.options(2));
  auto& there = net.start(net.options(3));
  EXPECT_TRUE(net.until([&] { return there.node->peers().size() == 1; })) << "a stranger's word is nothing";
  net.run(std::chrono::minutes(5));
  EXPECT_EQ(gone.node->peers().size(), 0U);
}

TEST_F(NodeLeaving, EveryBootstrapServerAndEveryPeerIsTold) {
  serve(kServer);
  serve("10.0.1.2:4000");
  auto options = registering(1);
  options.bootstrap.push_back({"10.0.1.2", 4000});
  auto& host = net.start(options);
  auto& first = net.befriend(host, "first");
  auto& second = net.befriend(host, "second");
  ASSERT_TRUE(net.until([&] { return asked[kServer].size() == 3 && asked["10.0.1.2:4000"].size() == 3; }));
  net.feed(host, node::ShutdownRequested{});
  ASSERT_TRUE(net.until([&] { return host.stopped; }, std::chrono::milliseconds(100)));
  for (const auto& [server, lines] : asked) EXPECT_NE(lines.back().find("REMOVE"), std::string::npos) << server;
  for (const auto* peer : {&first, &second}) EXPECT_TRUE(peer->received("\"bye\""));
}

TEST_F(NodeLeaving, WhoClaimsAnothersAddressDoesNotKeepItFromBeingDialed) {
  auto options = net.options(1);
  options.static_peers = {wire::Address{"10.0.0.2", 3000}};
  auto& host = net.start(options);
  net.befriend(host, "impostor", 0, 0, wire::Address{"10.0.0.2", 3000}, "10.9.9.9");
  auto& other = net.start(net.options(2));
  EXPECT_TRUE(net.until([&] { return other.node->peers().size() == 1; }, p2p::kLastRetry * 2));
}

}  // namespace
}  // namespace suara::testing
