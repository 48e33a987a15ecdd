// Who gives way when there is no room, and whose turn it is in a block.
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/mempool/mempool_error.hpp"
#include "tests/unit/mempool/mempool_fixture.hpp"

#include <gtest/gtest.h>

namespace suara::mempool {
namespace {

using ledger::ElectionId;
using testing::election_id;

// An election that is open to every key, and one with a roll of voters 1 to 3; both are in the chain and open.
struct Crowded : MempoolFixture {
  explicit Crowded(std::size_t max_transactions) : MempoolFixture({.max_transactions = max_transactions}) {
    now.wall = from_unix_ms(after_genesis_ms(5'000));
    const auto open = opening("Open");
    const auto with_roll = by_organiser(ledger::OpenElection{
        "Roll", {"Alice", "Bob"}, ledger::Electorate::kRoll, after_genesis_ms(10'000), after_genesis_ms(100'000)});
    open_election = election_id(open);
    roll_election = election_id(with_roll);
    ledger::EnrolVoters enrol{roll_election, {}};
    for (std::uint64_t voter = 1; voter <= 3; ++voter) {
      enrol.voters.push_back({"voter " + std::to_string(voter), testing::voter_key(voter).public_key()});
    }
    EXPECT_TRUE(connect({open, with_roll, by_organiser(enrol)}));
    now.wall = from_unix_ms(after_genesis_ms(20'000));
  }

  [[nodiscard]] ledger::Transaction note(std::uint64_t number) const {
    return testing::record(spec, testing::voter_key(100 + number), number);
  }

  ElectionId open_election, roll_election;
};

// Signed anew, a statement has another signature and the same id.
std::vector<ledger::TransactionId> ids_of(const std::vector<ledger::Transaction>& transactions) {
  std::vector<ledger::TransactionId> ids;
  for (const auto& transaction : transactions) ids.push_back(ledger::transaction_id(transaction));
  return ids;
}

TEST(MempoolDisplacement, StrangersRecordsGiveWayTheNewestFirst) {
  Crowded world(2);
  ASSERT_TRUE(world.accepts(world.note(1)));
  ASSERT_TRUE(world.accepts(world.note(2)));
  EXPECT_TRUE(world.refusal(world.note(3)) == MempoolError::kFull);
  const auto vote = world.vote(1, world.roll_election);
  EXPECT_TRUE(world.accepts(vote));
  EXPECT_EQ(ids_of(world.selected()), ids_of({vote, world.note(1)}));
  const auto dropped = world.pool.take_dropped();
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_EQ(dropped[0].id, ledger::transaction_id(world.note(2)));
  EXPECT_TRUE(dropped[0].why == MempoolError::kDisplaced);
  EXPECT_TRUE(world.pool.take_dropped().empty());
}

TEST(MempoolDisplacement, KeysThatCostNothingCannotKeepEnrolledVotersAndOrganisersOut) {
  Crowded world(4);
  for (std::uint64_t key = 1000; key < 1004; ++key) ASSERT_TRUE(world.accepts(world.vote(key, world.open_election)));
  EXPECT_TRUE(world.refusal(world.vote(1004, world.open_election)) == MempoolError::kFull);
  EXPECT_TRUE(world.refusal(world.note(1)) == MempoolError::kFull) << "a record displaces nobody";
  EXPECT_TRUE(world.accepts(world.vote(1, world.roll_election)));
  EXPECT_TRUE(world.accepts(world.vote(2, world.roll_election)));
  EXPECT_TRUE(world.accepts(world.vote(3, world.roll_election)));
  EXPECT_TRUE(world.accepts(world.by_organiser(ledger::CloseElection{world.roll_election})));
  EXPECT_EQ(world.pool.size(), 4U);
  EXPECT_TRUE(world.refusal(world.opening("Another")) == MempoolError::kFull) << "what is left cannot be made up";
  EXPECT_TRUE(world.connect(world.selected()));
}

TEST(MempoolDisplacement, OpenElectionsShareTheRoom) {
  Crowded world(4);
  const auto other = world.opening("Other");
  ASSERT_TRUE(world.connect({other}));
  for (std::uint64_t key = 1000; key < 1004; ++key) ASSERT_TRUE(world.accepts(world.vote(key, world.open_election)));
  EXPECT_TRUE(world.accepts(world.vote(1, election_id(other))));
  EXPECT_TRUE(world.accepts(world.vote(2, election_id(other))));
  EXPECT_TRUE(world.refusal(world.vote(3, election_id(other))) == MempoolError::kFull) << "both have two";
  EXPECT_TRUE(world.refusal(world.vote(3, world.open_election)) == MempoolError::kFull);
  EXPECT_EQ(ids_of(world.selected()).front(), ledger::transaction_id(world.vote(1000, world.open_election)));
}

TEST(MempoolDisplacement, AVoteThatGaveWayMayComeAgain) {
  Crowded world(1);
  const auto vote = world.vote(1000, world.open_election);
  ASSERT_TRUE(world.accepts(vote));
  ASSERT_TRUE(world.accepts(world.vote(1, world.roll_election)));
  ASSERT_TRUE(world.connect(world.selected()));
  EXPECT_TRUE(world.accepts(vote));
}

TEST(MempoolDisplacement, OneLargeStatementMayTakeThePlaceOfMany) {
  MempoolFixture world({.max_size_bytes = 2'000});
  std::size_t waiting = 0;
  while (world.accepts(testing::record(world.spec, testing::voter_key(waiting), 1, std::string(200, 'x')))) ++waiting;
  EXPECT_TRUE(world.accepts(world.by_organiser(ledger::Record{1, std::string(1'000, 'x')})));
  EXPECT_LE(world.pool.size_bytes(), 2'000U);
  const std::size_t gave_way = world.pool.take_dropped().size();
  EXPECT_GT(gave_way, 1U);
  EXPECT_EQ(world.pool.size(), waiting - gave_way + 1);
  EXPECT_TRUE(world.refusal(world.by_organiser(ledger::Record{2, std::string(1'020, 'x')})) == MempoolError::kFull)
      << "not even all that gives way would be enough";
  EXPECT_TRUE(world.pool.take_dropped().empty()) << "so nobody does";
}

TEST(MempoolDisplacement, InABlockRecordsTakeTheRoomThatIsLeft) {
  Crowded world(10);
  const auto open_vote = world.vote(1000, world.open_election);
  const auto close = world.by_organiser(ledger::CloseElection{world.open_election});
  const auto roll_vote = world.vote(1, world.roll_election);
  const auto opening = world.opening("Later");
  for (const auto& transaction : {world.note(1), open_vote, close, roll_vote, opening}) {
    ASSERT_TRUE(world.accepts(transaction));
  }
  EXPECT_EQ(ids_of(world.selected()), ids_of({roll_vote, opening, open_vote, close, world.note(1)}));
  EXPECT_TRUE(world.connect(world.selected()));
}

TEST(MempoolDropped, SaysWhatLeftWithoutABlockAndWhy) {
  MempoolFixture world({.expiry = std::chrono::hours(1)});
  const auto opening = world.opening();
  ASSERT_TRUE(world.connect({opening}));
  const ElectionId id = election_id(opening);
  const auto mined = world.vote(1, id);
  const auto conflicting = world.vote(2, id, 0);
  const auto late = world.vote(3, id);
  for (const auto& vote : {mined, conflicting, late}) ASSERT_TRUE(world.accepts(vote));
  ASSERT_TRUE(world.connect({mined, world.vote(2, id, 1)}));
  auto dropped = world.pool.take_dropped();
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_EQ(dropped[0].id, ledger::transaction_id(conflicting));
  EXPECT_TRUE(dropped[0].why == chain::RuleError::kAlreadyVoted);

  world.now.wall = from_unix_ms(world.after_genesis_ms(100'000));
  ASSERT_TRUE(world.connect({}));
  dropped = world.pool.take_dropped();
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_EQ(dropped[0].id, ledger::transaction_id(late));
  EXPECT_TRUE(dropped[0].why == chain::RuleError::kElectionClosed);

  ASSERT_TRUE(world.accepts(testing::record(world.spec, testing::voter_key(1), 1)));
  world.advance_clock(std::chrono::hours(1));
  world.pool.expire(world.now);
  dropped = world.pool.take_dropped();
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_TRUE(dropped[0].why == MempoolError::kExpired);
}

}  // namespace
}  // namespace suara::mempool
