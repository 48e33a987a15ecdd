#include "common/util/check.hpp"
#include "benchmarks/chain/chain_maker.hpp"
#include "benchmarks/chain/clock.hpp"
#include "benchmarks/chain/parts.hpp"
#include "peer-node/chain/rules.hpp"

#include <thread>
#include <vector>

namespace suara::bench {
namespace {

// As a node does with a body that arrives.
void check(const chain::ChainSpec& spec, const ledger::Rules& rules, const NetworkId& network, ByteView bytes) {
  const auto block = chain::HashedBlock::decode(bytes);
  CHECK(block && chain::check_block(spec, rules, **block));
  for (const ledger::Transaction& transaction : (*block)->transactions()) {
    CHECK(ledger::signature_holds(transaction, network));
  }
}

}  // namespace

Figures measure_check(unsigned threads, std::chrono::nanoseconds time) {
  const chain::ChainSpec spec = spec_with_blocks_of(1'000'000);
  const ledger::Rules rules = chain::ledger_rules(spec);
  const NetworkId network = chain::network_id(spec);
  ChainMaker maker(spec);
  const chain::Block opening = maker.opening(chain::genesis_block(spec).header);
  const Bytes block = chain::encode(maker.full(opening.header, Votes::kSigned));
  const auto votes = static_cast<double>(maker.votes_per_block());

  std::vector<double> rates(threads);
  std::vector<std::thread> running;
  const auto until = std::chrono::steady_clock::now() + time;
  for (double& rate : rates) {
    running.emplace_back([&, until] {
      double checked = 0;
      const double began = thread_seconds();
      while (checked == 0 || std::chrono::steady_clock::now() < until) {
        check(spec, rules, network, block);
        checked += votes;
      }
      rate = checked / (thread_seconds() - began);
    });
  }
  for (std::thread& thread : running) thread.join();
  Figures figures{{"votes_per_second", 0}};
  for (const double rate : rates) figures["votes_per_second"] += rate;
  return figures;
}

}  // namespace suara::bench
