#include "tests/unit/ledger/ledger_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace suara::ledger {
namespace {

TEST(LedgerReading, FindsWhereATransactionIs) {
  LedgerFixture ledger;
  const Hash256 block = sha256(as_bytes("block"));
  const std::vector<Transaction> transactions{by_organiser(Record{0, "a"}), by_organiser(Record{1, "b"})};
  store::Draft draft(ledger.disk);
  ASSERT_FALSE(apply_block(ledger.rules, transactions, {block, 5, 0}, draft).error);
  const auto location = find_transaction(draft, transaction_id(transactions[1]));
  ASSERT_TRUE(location);
  EXPECT_EQ(location->block, block);
  EXPECT_EQ(location->index, 1U);
  EXPECT_FALSE(find_transaction(draft, TransactionId(block)));
}

TEST(LedgerReading, AnElectionIsWhatWasSaidOfIt) {
  LedgerFixture ledger;
  const OpenElection definition = small_election(Electorate::kRoll);
  const auto election = find_election(ledger.disk, ledger.open(definition));
  ASSERT_TRUE(election);
  EXPECT_EQ(election->definition, definition);
  EXPECT_EQ(election->organiser, kOrganiser.public_key());
  EXPECT_FALSE(election->closed_early);
  EXPECT_EQ(election->enrolled, 0U);
  EXPECT_EQ(election->votes, 0U);
  EXPECT_FALSE(find_election(ledger.disk, ElectionId(sha256(as_bytes("unknown")))));
}

TEST(LedgerReading, PagesThroughElectionsById) {
  LedgerFixture ledger;
  std::set<ElectionId> opened;
  for (int i = 0; i < 5; ++i) {
    OpenElection election = small_election();
    election.title = "Election " + std::to_string(i);
    opened.insert(ledger.open(election));
  }
  std::vector<ElectionId> listed;
  for (auto page = elections(ledger.disk, std::nullopt, 2); !page.empty();
       page = elections(ledger.disk, page.back().id, 2)) {
    EXPECT_LE(page.size(), 2U);
    for (const ElectionState& election : page) listed.push_back(election.id);
  }
  EXPECT_TRUE(std::equal(listed.begin(), listed.end(), opened.begin(), opened.end()));
  EXPECT_TRUE(elections(ledger.disk, std::nullopt, 0).empty());
}

TEST(LedgerReading, PagesThroughVotesByVoter) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open();
  OpenElection other = small_election();
  other.title = "Other";
  const ElectionId neighbour = ledger.open(other);
  std::set<PublicKey> voters;
  for (int i = 0; i < 7; ++i) {
    const std::string name = "voter " + std::to_string(i);
    ASSERT_TRUE(ledger.apply_at(1'000, vote_by(name, id, static_cast<std::uint16_t>(i % 2))));
    ASSERT_TRUE(ledger.apply_at(1'000, vote_by(name, neighbour, 2)));
    voters.insert(key_of(name));
  }
  std::vector<PublicKey> listed;
  for (auto page = votes(ledger.disk, id, std::nullopt, 3); !page.empty();
       page = votes(ledger.disk, id, page.back().voter, 3)) {
    EXPECT_LE(page.size(), 3U);
    for (const VoteEntry& vote : page) listed.push_back(vote.voter);
  }
  EXPECT_TRUE(std::equal(listed.begin(), listed.end(), voters.begin(), voters.end()));
  EXPECT_EQ(tally(ledger.disk, *find_election(ledger.disk, id)), (std::vector<std::uint64_t>{4, 3, 0}));
  EXPECT_EQ(find_election(ledger.disk, id)->votes, 7U);
}

TEST(LedgerReading, AVotersReceiptNamesItsTransaction) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open();
  const Transaction vote = vote_by("a", id, 2);
  ASSERT_TRUE(ledger.apply_at(1'000, vote));
  const auto entry = find_vote(ledger.disk, id, key_of("a"));
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->candidate, 2U);
  EXPECT_EQ(entry->transaction, transaction_id(vote));
  EXPECT_FALSE(find_vote(ledger.disk, id, key_of("b")));
}

}  // namespace
}  // namespace suara::ledger
