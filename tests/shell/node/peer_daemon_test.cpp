// The whole daemon on loopback: its own ports, its own folder, a database on disk.
#include "peer-node/shell/peer_daemon.hpp"

#include "common/shell/key_file.hpp"
#include "common/shell/start_up.hpp"
#include "common/util/base64.hpp"
#include "tests/shell/blocking_client.hpp"
#include "tests/shell/temporary_folder.hpp"
#include "tests/support/chain_builder.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <sys/stat.h>
#include <thread>

namespace suara::node_shell {
namespace {

NodeOptions options_in(const std::string& folder) {
  NodeOptions options;
  options.spec = suara::testing::easy_spec();
  options.network = chain::network_id(*options.spec);
  options.listen = {"127.0.0.1", 0};
  options.http = wire::Address{"127.0.0.1", 0};
  options.data_folder = folder;
  return options;
}

/// A daemon and the thread that its loop runs on.
class RunningDaemon {
 public:
  explicit RunningDaemon(NodeOptions options)
      : daemon_(reactor_, std::move(options), [this](shell::ExitCode code) {
          code_ = code;
          reactor_.stop();
        }) {
    daemon_.start();
    thread_ = std::thread([this] { reactor_.run(); });
    const auto guard = std::chrono::steady_clock::now() + std::chrono::seconds(100);
    while (ask("GET", "/readyz").find("HTTP/1.1 200") != 0 && std::chrono::steady_clock::now() < guard) {
    }
  }
  ~RunningDaemon() {
    if (thread_.joinable()) stop();
  }
  RunningDaemon(const RunningDaemon&) = delete;
  RunningDaemon& operator=(const RunningDaemon&) = delete;

  shell::ExitCode stop() {
    reactor_.post([this] { daemon_.request_stop(); });
    thread_.join();
    return code_;
  }

  /// The whole answer, status line and all.
  std::string ask(const std::string& method, const std::string& path, const std::string& body = {}) const {
    shell::BlockingClient client(daemon_.http_port());
    client.send(fmt::format("{} {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}", method,
                            path, body.size(), body));
    return client.read_all();
  }
  std::uint16_t port() const { return daemon_.listening().port; }

 private:
  shell::Reactor reactor_;
  shell::ExitCode code_ = shell::ExitCode::kIo;
  PeerDaemon daemon_;
  std::thread thread_;
};

/// Of a start that does not succeed; kSuccess when it does.
shell::ExitCode start_fails_with(const NodeOptions& options) {
  shell::Reactor reactor;
  try {
    const PeerDaemon daemon(reactor, options, [](shell::ExitCode) {});
  } catch (const shell::StartUpFailure& failure) {
    return failure.code();
  }
  return shell::ExitCode::kSuccess;
}

std::string record_body(std::uint64_t nonce) {
  const auto transaction = suara::testing::record(suara::testing::easy_spec(), PrivateKey::from_seed("a"), nonce);
  return R"({"transaction":")" + to_base64(ledger::encode(transaction)) + "\"}";
}

TEST(PeerDaemon, AnswersAndStopsCleanly) {
  const shell::TemporaryFolder folder;
  RunningDaemon daemon(options_in(folder / "data"));
  EXPECT_NE(daemon.ask("GET", "/v1/status").find("\"height\":0"), std::string::npos);
  EXPECT_EQ(daemon.ask("GET", "/nothing").find("HTTP/1.1 404"), 0U);
  EXPECT_EQ(daemon.ask("POST", "/v1/transactions", "{}").find("HTTP/1.1 400"), 0U);
  EXPECT_EQ(daemon.stop(), shell::ExitCode::kSuccess);
}

TEST(PeerDaemon, TakesATransactionAndMinesIt) {
  const shell::TemporaryFolder folder;
  NodeOptions options = options_in(folder / "data");
  options.mining = node::MiningMode::kPending;
  RunningDaemon daemon(options);
  const std::string answer = daemon.ask("POST", "/v1/transactions", record_body(1));
  EXPECT_EQ(answer.find("HTTP/1.1 202"), 0U) << answer;
  const auto guard = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  bool mined = false;
  while (!mined && std::chrono::steady_clock::now() < guard) {
    mined = daemon.ask("GET", "/v1/blocks/1").find("HTTP/1.1 200") == 0;
  }
  EXPECT_TRUE(mined);
  EXPECT_EQ(daemon.ask("POST", "/v1/transactions", record_body(1)).find("HTTP/1.1 409"), 0U);
}

TEST(PeerDaemon, AnswersAClassicClientThatLeavesTheNewlineOutAndEndsItsSide) {
  const shell::TemporaryFolder folder;
  const RunningDaemon daemon(options_in(folder / "data"));
  shell::BlockingClient client(daemon.port());
  client.send(R"({"type":"request_blockchain","data":null})");
  client.shut_down_sending();
  EXPECT_EQ(client.read_all().find(R"({"type":"blockchain_update","data":")"), 0U);
}

TEST(PeerDaemon, ContinuesWhereItStopped) {
  const shell::TemporaryFolder folder;
  std::string key;
  {
    RunningDaemon daemon(options_in(folder / "data"));
    EXPECT_EQ(daemon.ask("POST", "/v1/transactions", record_body(1)).find("HTTP/1.1 202"), 0U);
    key = shell::read_key_file(folder / "data/node.key")->to_pem();
  }
  RunningDaemon again(options_in(folder / "data"));
  EXPECT_EQ(shell::read_key_file(folder / "data/node.key")->to_pem(), key);
  EXPECT_NE(again.ask("GET", "/v1/mempool").find("\"transactions\":1"), std::string::npos);
}

TEST(PeerDaemon, LeavesAloneWhatARunningOneUses) {
  const shell::TemporaryFolder folder;
  const RunningDaemon daemon(options_in(folder / "data"));
  NodeOptions same_port = options_in(folder / "second");
  same_port.listen.port = daemon.port();
  EXPECT_EQ(start_fails_with(same_port), shell::ExitCode::kUnavailable);
  struct stat status{};
  EXPECT_NE(::stat((folder / "second").c_str(), &status), 0) << "nothing is touched";
  EXPECT_EQ(start_fails_with(options_in(folder / "data")), shell::ExitCode::kUnavailable);
}

TEST(PeerDaemon, RefusesAFolderThatDoesNotFit) {
  const shell::TemporaryFolder folder;
  RunningDaemon(options_in(folder / "data")).stop();
  NodeOptions other_network = options_in(folder / "data");
  other_network.spec->name = "other";
  other_network.network = chain::network_id(*other_network.spec);
  EXPECT_EQ(start_fails_with(other_network), shell::ExitCode::kConfiguration);
  ASSERT_EQ(::chmod((folder / "data/node.key").c_str(), 0644), 0);
  EXPECT_EQ(start_fails_with(options_in(folder / "data")), shell::ExitCode::kConfiguration);
}

}  // namespace
}  // namespace suara::node_shell
