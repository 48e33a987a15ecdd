#include "peer-node/node/mempool_journal.hpp"

#include "peer-node/store/schema.hpp"
#include "tests/support/chain_driver.hpp"
#include "tests/unit/mempool/mempool_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace suara::node {
namespace {

using testing::election_id;

// A mempool with its journal, both of which a restart has to find again on the disk.
struct Journalled : mempool::MempoolFixture {
  MempoolJournal journal;

  void admit(const ledger::Transaction& transaction) {
    ASSERT_TRUE(accepts(transaction));
    write([&](store::Draft& draft) { journal.add(transaction, draft); });
  }
  // A block as the node takes it: the journal's part is in the batch that moves the tip.
  void take(const chain::Block& block) {
    const auto step = receive(block);
    write([&](store::Draft& draft) { journal.take(step, draft); });
  }
  void forget_dropped() {
    write([&](store::Draft& draft) {
      for (const auto& dropped : pool.take_dropped()) journal.forget(dropped.id, draft);
    });
  }
  // What waits in the next life, in order.
  std::vector<ledger::TransactionId> after_restart() {
    journal = {};
    mempool::Mempool next(chain, {});
    write([&](store::Draft& draft) { journal.load(disk, next, now, draft); });
    return next.ids(1000);
  }
  [[nodiscard]] std::size_t on_disk() const { return testing::contents(disk, node_store::kMempool).size(); }
  [[nodiscard]] ledger::Transaction note(std::uint64_t number) const {
    return testing::record(spec, testing::voter_key(number), number);
  }

 private:
  template <class Change>
  void write(Change change) {
    store::Draft draft(disk);
    change(draft);
    disk.apply(draft.take());
  }
};

std::vector<ledger::TransactionId> ids(const std::vector<ledger::Transaction>& transactions) {
  std::vector<ledger::TransactionId> all;
  for (const auto& transaction : transactions) all.push_back(ledger::transaction_id(transaction));
  return all;
}

TEST(MempoolJournal, WhatWaitsOutlivesTheProcessInOrder) {
  Journalled world;
  std::vector<ledger::Transaction> notes;
  for (std::uint64_t number = 0; number < 300; ++number) notes.push_back(world.note(number));
  for (const auto& note : notes) world.admit(note);
  EXPECT_EQ(world.after_restart(), ids(notes));
  // What comes in the second life comes after what the first one left.
  notes.push_back(world.note(300));
  world.admit(notes.back());
  EXPECT_EQ(world.after_restart(), ids(notes));
}

TEST(MempoolJournal, WhatIsInABlockNoLongerWaits) {
  Journalled world;
  world.admit(world.note(1));
  world.admit(world.note(2));
  world.take(world.make_block(world.tip_header(), {world.note(1)}));
  EXPECT_EQ(world.on_disk(), 1U);
  EXPECT_EQ(world.after_restart(), ids({world.note(2)}));
}

TEST(MempoolJournal, WhatLosesItsBlockWaitsAgain) {
  Journalled world;
  const chain::Header genesis = world.tip_header();
  world.admit(world.note(1));
  world.take(world.make_block(genesis, {world.note(1)}));
  ASSERT_EQ(world.on_disk(), 0U);
  const chain::Block rival = world.make_block(genesis, {}, 1000);
  world.take(rival);
  world.take(world.make_block(rival.header, {}));
  ASSERT_EQ(world.tip_header().height, 2U);
  EXPECT_EQ(world.after_restart(), ids({world.note(1)}));
}

TEST(MempoolJournal, WhatTheMempoolDropsIsForgotten) {
  Journalled world;
  const auto opening = world.opening();
  world.take(world.make_block(world.tip_header(), {opening}));
  world.admit(world.vote(1, election_id(opening), 0));
  world.admit(world.note(2));
  world.advance_clock(std::chrono::milliseconds(1));
  world.take(world.make_block(world.tip_header(), {world.vote(1, election_id(opening), 1)}));
  world.forget_dropped();
  EXPECT_EQ(world.on_disk(), 1U);
  EXPECT_EQ(world.after_restart(), ids({world.note(2)}));
}

TEST(MempoolJournal, AVoteThatStandsBeforeItsElectionIsKept) {
  Journalled world;
  const auto opening = world.opening();
  const auto vote = world.vote(1, election_id(opening));
  store::Draft draft(world.disk);
  world.journal.add(vote, draft);
  world.journal.add(opening, draft);
  world.disk.apply(draft.take());
  EXPECT_EQ(world.after_restart().size(), 2U);
}

TEST(MempoolJournal, WhatNoLongerHoldsAndWhatIsDamagedIsForgotten) {
  Journalled world;
  const auto nowhere = world.vote(1, election_id(world.opening()));
  store::Draft draft(world.disk);
  world.journal.add(nowhere, draft);
  draft.put(node_store::kMempool, node_store::height_key(7), "no transaction");
  world.disk.apply(draft.take());
  world.admit(world.note(2));
  EXPECT_EQ(world.after_restart(), ids({world.note(2)}));
  EXPECT_EQ(world.on_disk(), 1U);
}

}  // namespace
}  // namespace suara::node
