#include "benchmarks/chain/chain_maker.hpp"
#include "benchmarks/chain/clock.hpp"
#include "benchmarks/chain/parts.hpp"
#include "common/store/memory_store.hpp"
#include "common/util/check.hpp"
#include "peer-node/mempool/mempool.hpp"
#include "peer-node/mining/block_template.hpp"

namespace suara::bench {

Figures measure_template(std::size_t transactions) {
  const chain::ChainSpec spec = spec_with_blocks_of(1'000'000);
  ChainMaker maker(spec);
  const chain::Block opening = maker.opening(chain::genesis_block(spec).header);
  const WallTime now = from_unix_ms(opening.header.time_ms);

  store::MemoryStore store;
  store::Draft draft(store);
  auto chain = chain::ChainState::open(spec, store, draft);
  CHECK(chain.add_header(opening.header, now, draft).has_value());
  chain.add_body(chain::HashedBlock::of(opening), draft);
  CHECK(chain.advance(draft).connected.size() == 1);
  store.apply(draft.take());

  mempool::Limits limits;
  limits.max_transactions = transactions;
  mempool::Mempool pool(chain, limits);
  while (pool.size() < transactions) {
    const auto added = pool.add(store, maker.vote(Votes::kSigned), {Instant{}, now});
    CHECK(added.has_value());
  }
  const double began = wall_seconds();
  const chain::Block block = mining::block_template(chain, pool, store, now);
  const double took = wall_seconds() - began;
  CHECK(block.transactions.size() == std::min(transactions, maker.votes_per_block()));
  return {{"milliseconds", took * 1000}};
}

}  // namespace suara::bench
