// Programs written from the book, on the native protocol's port.
#include "common/util/base64.hpp"
#include "common/wire/json_reader.hpp"
#include "tests/support/node_harness.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

struct NodeClassic : ::testing::Test {
  NodeNet net;
};

TEST_F(NodeClassic, RequestBlockchainIsAnsweredWithTheVotesOfTheNewestElection) {
  auto options = net.options(1);
  options.mining = node::MiningMode::kPending;
  auto& host = net.start(options);
  const auto open = open_election(net.spec, {"Alice", "Bob"}, 0, 4'000'000'000'000);
  net.submit(host, 1, open);
  ASSERT_TRUE(net.until([&] { return host.height() == 1; }));
  net.submit(host, 2, vote(net.spec, voter_key(1), election_id(open), 1));
  net.submit(host, 3, vote(net.spec, voter_key(2), election_id(open), 1));
  ASSERT_TRUE(net.until([&] { return host.responses.size() == 3 && host.node->mempool()->size() == 0; }));
  auto& script = net.connect(host);
  net.send(script, R"({"type":"request_blockchain","data":null})");
  ASSERT_TRUE(net.until([&] { return !script.lines.empty(); }));
  const auto answer = boost::json::parse(script.lines[0]).as_object();
  EXPECT_EQ(answer.at("type").as_string(), "blockchain_update");
  const auto bytes = from_base64(std::string_view(answer.at("data").as_string()));
  ASSERT_TRUE(bytes.has_value());
  const auto blockchain = boost::json::parse(as_text(*bytes)).as_object();
  const auto& blocks = blockchain.at("Blocks").as_array();
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(blocks[0].at("Data").at("candidate_id").as_string(), "Genesis Block");
  EXPECT_EQ(blocks[1].at("Data").at("candidate_id").as_string(), "Bob");
  EXPECT_EQ(blocks[2].at("PrevHash"), blocks[1].at("Hash"));
  EXPECT_EQ(blockchain.at("Election").at("Votes").at("Bob").to_number<int>(), 2);
  EXPECT_EQ(blockchain.at("Election").at("Voters").as_object().size(), 2U);
  EXPECT_FALSE(script.closed);
}

TEST_F(NodeClassic, ChainsAndBareBlocksAreRefusedWithOneLine) {
  auto& host = net.start(net.options(1));
  auto& first = net.connect(host);
  net.send(first, R"({"type":"blockchain_update","data":"e30="})");
  auto& second = net.connect(host);
  net.send(second, R"({"Index":1,"Timestamp":2,"Data":{},"PrevHash":"","Hash":"","Nonce":3})");
  net.run(std::chrono::seconds(1));
  EXPECT_EQ(host.reports.size(), 2U);
  for (int i = 0; i < 10; ++i) net.send(first, R"({"type":"blockchain_update","data":"e30="})");
  net.run(std::chrono::seconds(1));
  EXPECT_EQ(host.reports.size(), 2U) << "one line for a connection";
  EXPECT_TRUE(host.reported("refused a classic chain"));
  EXPECT_EQ(host.height(), 0U);
}

TEST_F(NodeClassic, JoinNoticeCountsOnlyFromABootstrapServer) {
  auto options = net.options(1);
  options.bootstrap = {wire::Address{"10.0.1.1", 4000}};
  auto& host = net.start(options);
  net.start(net.options(2));
  const std::string notice = R"({"type":"new_peer_joined","data":")" + to_base64(as_bytes("10.0.0.2:3000")) + R"("})";
  net.send(net.connect(host, "10.6.6.6"), notice);
  net.run(std::chrono::seconds(5));
  EXPECT_EQ(host.node->peers().size(), 0U);
  net.send(net.connect(host, "10.0.1.1"), notice);
  EXPECT_TRUE(net.until([&] { return host.node->peers().size() == 1; }, std::chrono::seconds(1)));
}

TEST_F(NodeClassic, NothingIsSaidToASilentClient) {
  auto& host = net.start(net.options(1));
  auto& script = net.connect(host);
  net.run(std::chrono::seconds(5));
  EXPECT_TRUE(script.lines.empty());
}

}  // namespace
}  // namespace suara::testing
