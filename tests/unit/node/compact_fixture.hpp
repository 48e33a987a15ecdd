// A node whose peers answer get_compact, and new blocks for it.
#pragma once

#include "tests/support/block_messages.hpp"
#include "tests/support/node_harness.hpp"

#include <gtest/gtest.h>

namespace suara::testing {

struct NodeCompact : ::testing::Test {
  explicit NodeCompact(const chain::ChainSpec& spec = easy_spec()) : host(start(spec)) {}

  void wait_in_mempool(const ledger::Transaction& transaction) {
    net.submit(host, ++requests, transaction);
    ASSERT_TRUE(net.until([&] { return host.node->mempool()->contains(ledger::transaction_id(transaction)); }));
  }
  [[nodiscard]] chain::Block block_of(std::vector<ledger::Transaction> transactions) const {
    return mine_block(host.tip_header(), std::move(transactions));
  }
  void announce(NodeNet::Script& script, const chain::Block& block) {
    net.say(script, wire::peer::Announce{{chain::block_id(block.header)}, {}});
    settle();
  }
  void say(NodeNet::Script& script, const wire::peer::Message& message) {
    net.say(script, message);
    settle();
  }
  void settle() { net.run(std::chrono::milliseconds(0)); }
  static std::string line(const wire::peer::Message& message) {
    std::string text = wire::peer::encode(message);
    text.pop_back();
    return text;
  }
  static bool got(const NodeNet::Script& script, const wire::peer::Message& message) {
    return std::ranges::find(script.lines, line(message)) != script.lines.end();
  }
  static wire::peer::GetCompact question(const chain::Block& block) { return {chain::block_id(block.header)}; }
  /// All transactions of the block, as an answer.
  static wire::peer::BlockTransactions supply(const chain::Block& block) {
    wire::peer::BlockTransactions message{chain::block_id(block.header), {}};
    for (const auto& transaction : block.transactions) message.transactions.push_back(ledger::encode(transaction));
    return message;
  }
  static wire::peer::GetBlocks whole(const chain::Block& block) { return {{chain::block_id(block.header)}}; }
  [[nodiscard]] bool known(const chain::Block& block) const {
    return host.node->chain()->find(host.node->view(), chain::block_id(block.header)).has_value();
  }

  NodeNet net;
  NodeNet::Host& host;
  std::uint64_t requests = 0;

 private:
  NodeNet::Host& start(const chain::ChainSpec& spec) {
    net.spec = spec;
    net.friends_answer_compact = true;
    return net.start(net.options(1));
  }
};

}  // namespace suara::testing
