// A chain of cheap blocks with a mempool on it. Elections open 10 s after genesis and close 100 s after it.
#pragma once

#include "common/store/memory_store.hpp"
#include "peer-node/mempool/mempool.hpp"
#include "tests/support/chain_builder.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace suara::mempool {

struct MempoolFixture {
  explicit MempoolFixture(Limits limits = {}) : chain(open_chain()), pool(chain, limits) {}

  chain::ChainSpec spec = testing::easy_spec();
  store::MemoryStore disk;
  chain::ChainState chain;
  Mempool pool;
  Now now{Instant{}, from_unix_ms(spec.genesis_time_ms + 20'000)};

  [[nodiscard]] std::uint64_t after_genesis_ms(std::uint64_t ms) const { return spec.genesis_time_ms + ms; }
  void advance_clock(std::chrono::milliseconds by) {
    now.instant += by;
    now.wall += by;
  }

  [[nodiscard]] ledger::Transaction opening(const std::string& title = "Mayor") const {
    return testing::open_election(spec, {"Alice", "Bob"}, after_genesis_ms(10'000), after_genesis_ms(100'000), title);
  }
  [[nodiscard]] ledger::Transaction vote(std::uint64_t voter, const ledger::ElectionId& id,
                                         std::uint16_t candidate = 0) const {
    return testing::vote(spec, testing::voter_key(voter), id, candidate);
  }
  [[nodiscard]] ledger::Transaction by_organiser(ledger::Statement statement) const {
    return ledger::sign(testing::organiser_key(), chain.network(), std::move(statement));
  }

  Error refusal(const ledger::Transaction& transaction) {
    const auto added = pool.add(disk, transaction, now);
    return added ? Error() : added.error();
  }
  bool accepts(const ledger::Transaction& transaction) { return pool.add(disk, transaction, now).has_value(); }

  [[nodiscard]] std::vector<ledger::Transaction> selected() const { return selected_at(now.wall); }
  [[nodiscard]] std::vector<ledger::Transaction> selected_at(WallTime time) const {
    return pool.select(disk, time).transactions;
  }

  [[nodiscard]] chain::Header tip_header() const { return chain.find(disk, chain.tip().id)->header; }

  /// A block of these on `parent`, timed by the clock.
  [[nodiscard]] chain::Block make_block(const chain::Header& parent, std::vector<ledger::Transaction> transactions,
                                        std::uint64_t first_nonce = 0) const {
    return testing::mine_block(
        parent, std::move(transactions),
        [&](chain::Header& header) { header.time_ms = std::max(to_unix_ms(now.wall), parent.time_ms + 1); },
        first_nonce);
  }
  /// Everything that follows from a block's arrival.
  chain::ChainState::Step receive(const chain::Block& block) {
    store::Draft draft(disk);
    chain.add_header(block.header, now.wall, draft).value();
    const auto hashed = chain::HashedBlock::of(block);
    chain.check_body(*hashed).value();
    chain.add_body(hashed, draft);
    const chain::ChainState::Step step = chain.advance(draft);
    disk.apply(draft.take());
    pool.tip_moved(disk, step, now);
    return step;
  }
  /// True when a block of these connects on the tip.
  bool connect(std::vector<ledger::Transaction> transactions) {
    advance_clock(std::chrono::milliseconds(1));
    return receive(make_block(tip_header(), std::move(transactions))).rejected.empty();
  }

 private:
  chain::ChainState open_chain() {
    store::Draft draft(disk);
    auto opened = chain::ChainState::open(spec, disk, draft);
    disk.apply(draft.take());
    return opened;
  }
};

}  // namespace suara::mempool
