#include "benchmarks/chain/chain_maker.hpp"
#include "benchmarks/chain/clock.hpp"
#include "benchmarks/chain/durable_chain.hpp"
#include "benchmarks/chain/parts.hpp"
#include "common/util/check.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/ledger/ledger.hpp"

#include <algorithm>

namespace suara::bench {
namespace {

std::vector<chain::Header> headers_of(const std::vector<chain::Block>& blocks) {
  std::vector<chain::Header> headers;
  headers.reserve(blocks.size());
  for (const chain::Block& block : blocks) headers.push_back(block.header);
  return headers;
}

// Headers first, as in syncing, then the bodies; how long it took until all was durable.
double take(DurableChain& chain, const std::vector<chain::Block>& blocks) {
  const double began = wall_seconds();
  const auto headers = headers_of(blocks);
  for (std::size_t at = 0; at < headers.size(); at += chain::kMaxHeadersPerMessage) {
    const std::size_t end = std::min(headers.size(), at + chain::kMaxHeadersPerMessage);
    chain.take_headers(
        {headers.begin() + static_cast<std::ptrdiff_t>(at), headers.begin() + static_cast<std::ptrdiff_t>(end)});
  }
  for (const chain::Block& block : blocks) chain.take_body(block);
  chain.settle();
  CHECK(chain.chain().tip().id == chain::block_id(blocks.back().header));
  return wall_seconds() - began;
}

std::vector<chain::Block> full_blocks(ChainMaker& maker, const chain::Header& parent, std::size_t count) {
  std::vector<chain::Block> blocks;
  while (blocks.size() < count) {
    blocks.push_back(maker.full(blocks.empty() ? parent : blocks.back().header, Votes::kUnlooked));
  }
  return blocks;
}

std::vector<chain::Block> empty_blocks(const ChainMaker& maker, const chain::Header& parent, std::size_t count,
                                       std::uint64_t branch = 0) {
  std::vector<chain::Block> blocks;
  while (blocks.size() < count) {
    blocks.push_back(maker.empty(blocks.empty() ? parent : blocks.back().header, branch));
  }
  return blocks;
}

std::uint64_t votes_in(const DurableChain& chain) {
  std::uint64_t votes = 0;
  for (const ledger::ElectionState& election : ledger::elections(chain.view(), {}, 2)) votes += election.votes;
  return votes;
}

}  // namespace

Figures measure_connect(const std::string& folder, std::size_t blocks) {
  const chain::ChainSpec spec = spec_with_blocks_of(1'000'000);
  ChainMaker maker(spec);
  DurableChain chain(spec, folder);
  const chain::Block opening = maker.opening(chain::genesis_block(spec).header);
  take(chain, {opening});
  const double took = take(chain, full_blocks(maker, opening.header, blocks));
  const std::uint64_t votes = votes_in(chain);
  CHECK(votes == blocks * maker.votes_per_block());
  return {{"votes_per_second", static_cast<double>(votes) / took}};
}

Figures measure_empty(const std::string& folder, std::size_t blocks) {
  const chain::ChainSpec spec = spec_with_blocks_of(1'000'000);
  const ChainMaker maker(spec);
  DurableChain chain(spec, folder);
  const double took = take(chain, empty_blocks(maker, chain::genesis_block(spec).header, blocks));
  return {{"blocks_per_second", static_cast<double>(blocks) / took}};
}

Figures measure_reorganisation(const std::string& folder, std::size_t blocks) {
  const chain::ChainSpec spec = spec_with_blocks_of(400'000);
  ChainMaker maker(spec);
  DurableChain chain(spec, folder);
  const chain::Block opening = maker.opening(chain::genesis_block(spec).header);
  take(chain, {opening});
  const auto full = full_blocks(maker, opening.header, blocks);
  const double connecting = take(chain, full);
  const double undoing = take(chain, empty_blocks(maker, opening.header, blocks + 1, 1));
  CHECK(votes_in(chain) == 0);
  const double redoing = take(chain, empty_blocks(maker, full.back().header, 2));
  CHECK(votes_in(chain) == blocks * maker.votes_per_block());
  return {{"connecting", connecting}, {"undoing", undoing}, {"redoing", redoing}};
}

}  // namespace suara::bench
