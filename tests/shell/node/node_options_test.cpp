#include "peer-node/shell/node_options.hpp"

#include "common/shell/start_up.hpp"

#include <gtest/gtest.h>

namespace suara::node_shell {
namespace {

NodeOptions read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "peer-node");
  const auto config = shell::parse_config(program_spec(), static_cast<int>(arguments.size()), arguments.data(),
                                          [](const std::string&) { return std::nullopt; });
  return read_node_options(*config);
}

shell::ExitCode code_of(const std::vector<const char*>& arguments) {
  try {
    read(arguments);
  } catch (const shell::StartUpFailure& failure) {
    return failure.code();
  }
  return shell::ExitCode::kSuccess;
}

TEST(NodeOptions, AreThoseTheReadmeNames) {
  const auto options =
      read({"--dev", "--bootstrap", "127.0.0.1:4000", "--bootstrap", "b.example:4000", "--listen", "127.0.0.1:3001",
            "--http", "127.0.0.1:8001", "--data-dir", "node1", "--mine", "--console"});
  EXPECT_EQ(options.network, chain::network_id(chain::dev_chain_spec()));
  EXPECT_TRUE(options.spec);
  EXPECT_EQ(options.bootstrap.size(), 2U);
  EXPECT_EQ(options.listen.text(), "127.0.0.1:3001");
  EXPECT_EQ(options.http->text(), "127.0.0.1:8001");
  EXPECT_EQ(options.data_folder, "node1");
  EXPECT_EQ(options.mining, node::MiningMode::kPending);
  EXPECT_TRUE(options.console);
}

TEST(NodeOptions, HaveUsefulDefaults) {
  const auto options = read({"--dev"});
  EXPECT_EQ(options.listen.text(), "0.0.0.0:3000");
  EXPECT_EQ(options.http->text(), "127.0.0.1:3080");
  EXPECT_EQ(options.mining, node::MiningMode::kOff);
  EXPECT_FALSE(options.advertise);
  EXPECT_FALSE(read({"--dev", "--http", "off"}).http);
  EXPECT_EQ(options.discovery, (p2p::Discovery{.push = true, .poll = true, .announce = true, .gossip = true}));
}

TEST(NodeOptions, WaysOfFindingPeersCanBeLeftOut) {
  EXPECT_EQ(read({"--dev", "--discovery", "gossip,push"}).discovery,
            (p2p::Discovery{.push = true, .poll = false, .announce = false, .gossip = true}));
  EXPECT_EQ(read({"--dev", "--discovery", "none"}).discovery,
            (p2p::Discovery{.push = false, .poll = false, .announce = false, .gossip = false}));
}

TEST(NodeOptions, NeedExactlyOneNetwork) {
  const std::string id(64, 'a');
  EXPECT_EQ(code_of({}), shell::ExitCode::kUsage);
  EXPECT_EQ(code_of({"--dev", "--network", id.c_str()}), shell::ExitCode::kUsage);
  EXPECT_EQ(code_of({"--network", id.c_str()}), shell::ExitCode::kSuccess);
  EXPECT_EQ(read({"--network", id.c_str()}).network.hex(), id);
  EXPECT_FALSE(read({"--network", id.c_str()}).spec);
}

TEST(NodeOptions, RefuseValuesThatDoNotFit) {
  EXPECT_EQ(code_of({"--network", "abc"}), shell::ExitCode::kUsage);
  EXPECT_EQ(code_of({"--genesis", "/nonexistent/genesis.json"}), shell::ExitCode::kUsage);
  EXPECT_EQ(code_of({"--genesis", "/dev/null"}), shell::ExitCode::kConfiguration);
  EXPECT_EQ(code_of({"--dev", "--mine-threads", "0"}), shell::ExitCode::kUsage);
  EXPECT_EQ(code_of({"--dev", "--mine-mode", "sometimes"}), shell::ExitCode::kUsage);
  EXPECT_EQ(code_of({"--dev", "--discovery", "telepathy"}), shell::ExitCode::kUsage);
  EXPECT_EQ(code_of({"--dev", "--listen", "3000"}), shell::ExitCode::kUsage);
  EXPECT_EQ(code_of({"--dev", "--advertise", "host:0"}), shell::ExitCode::kUsage);
}

}  // namespace
}  // namespace suara::node_shell
