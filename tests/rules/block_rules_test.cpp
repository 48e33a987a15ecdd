// Block rules from both sides: what a body shows by itself, and what it does to the ledger at its place in the chain.
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "tests/support/chain_builder.hpp"
#include "tests/support/chain_driver.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

using chain::RuleError;
using Transactions = std::vector<ledger::Transaction>;

const chain::ChainSpec& spec() {
  static const chain::ChainSpec spec = [] {
    auto easy = easy_spec();
    easy.max_block_size_bytes = 3000;
    easy.max_record_size_bytes = 2000;
    return easy;
  }();
  return spec;
}

// Opened in block 1; block 2, at 2 s, is the one under test. Votes count from 2 s to before 3 s.
const ledger::Transaction& election() {
  static const auto open =
      open_election(spec(), {"Alice", "Bob"}, spec().genesis_time_ms + 2'000, spec().genesis_time_ms + 3'000);
  return open;
}

ledger::Transaction vote_of(std::uint64_t voter, std::uint16_t candidate = 0) {
  return vote(spec(), voter_key(voter), election_id(election()), candidate);
}

// Header, count, and per transaction its size and its bytes around the data: what is left for the data.
ledger::Transaction record_filling_the_block(std::size_t over) {
  const std::size_t around =
      chain::kHeaderSizeBytes + 4 + 4 + ledger::encode(record(spec(), voter_key(1), 1, "")).size();
  return record(spec(), voter_key(1), 1, std::string(spec().max_block_size_bytes - around + over, 'x'));
}

chain::ChainSpec roomy_records() {
  auto roomy = spec();
  roomy.max_record_size_bytes = 10'000;
  return roomy;
}

struct BlockCase {
  const char* name;
  Transactions (*transactions)();
  std::optional<RuleError> error;
};

const BlockCase kCases[] = {
    {"empty", [] { return Transactions{}; }, {}},
    {"a vote", [] { return Transactions{vote_of(1)}; }, {}},
    {"votes of two voters", [] { return Transactions{vote_of(1), vote_of(2, 1)}; }, {}},
    {"two votes of one voter", [] { return Transactions{vote_of(1), vote_of(1, 1)}; }, RuleError::kAlreadyVoted},
    {"the same transaction twice",
     [] {
       const auto once = record(spec(), voter_key(1), 1);
       return Transactions{once, once};
     },
     RuleError::kDuplicateTransaction},
    {"the same statement under two signatures",
     [] { return Transactions{record(spec(), voter_key(1), 1), record(spec(), voter_key(1), 1)}; },
     RuleError::kDuplicateTransaction},
    {"a transaction of an earlier block", [] { return Transactions{election()}; }, RuleError::kDuplicateTransaction},
    {"a record at the network's cap",
     [] { return Transactions{record(spec(), voter_key(1), 1, std::string(2000, 'x'))}; },
     {}},
    {"a record one byte above", [] { return Transactions{record(spec(), voter_key(1), 1, std::string(2001, 'x'))}; },
     RuleError::kRecordTooLarge},
    {"the last candidate", [] { return Transactions{vote_of(1, 1)}; }, {}},
    {"one candidate too far", [] { return Transactions{vote_of(1, 2)}; }, RuleError::kUnknownCandidate},
    {"a vote in no election", [] { return Transactions{vote(spec(), voter_key(1), ledger::ElectionId(), 0)}; },
     RuleError::kUnknownElection},
    {"an election by a voter",
     [] {
       return Transactions{ledger::sign(voter_key(1), chain::network_id(spec()),
                                        ledger::OpenElection{"Mine", {"Me"}, ledger::Electorate::kOpen, 0, 1})};
     },
     RuleError::kNotAnOrganiser},
    {"a signature for another network", [] { return Transactions{record(easy_spec(), voter_key(1), 1)}; },
     RuleError::kBadSignature},
    {"a signature of somebody else",
     [] {
       auto forged = vote_of(1);
       forged.author = voter_key(2).public_key();
       return Transactions{forged};
     },
     RuleError::kBadSignature},
};

struct Ready {
  explicit Ready(const chain::ChainSpec& network = spec()) : driver(network) {
    const auto opening = mine_block(driver.genesis(), {election()});
    parent = opening.header;
    const auto added = driver.add(opening);
    EXPECT_TRUE(added) << added.error().message();
  }
  ChainDriver driver;
  chain::Header parent;
};

TEST(Blocks, AreAcceptedOrRefusedWithTheRulesCode) {
  for (const BlockCase& c : kCases) {
    SCOPED_TRACE(c.name);
    Ready ready;
    const auto block = mine_block(ready.parent, c.transactions());
    const auto added = ready.driver.add(block);
    const auto id = chain::block_id(block.header);
    if (!c.error) {
      ASSERT_TRUE(added) << added.error().message();
      EXPECT_EQ(ready.driver.chain().tip().id, id);
      continue;
    }
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().name(), chain::describe(*c.error).name);
    EXPECT_EQ(ready.driver.chain().tip().id, chain::block_id(ready.parent));
  }
}

TEST(Blocks, MayFillTheNetworksSizeExactly) {
  // Records as large as that need a network that allows them; its election is not the one of the other cases.
  const auto roomy = roomy_records();
  const auto filled = [&](std::size_t over) {
    ChainDriver driver(roomy);
    auto transaction = record_filling_the_block(over);
    return driver.add(
        mine_block(driver.genesis(), {ledger::sign(voter_key(1), chain::network_id(roomy), transaction.statement)}));
  };
  EXPECT_TRUE(filled(0));
  EXPECT_EQ(filled(1).error(), RuleError::kBlockTooLarge);
}

TEST(Blocks, CountVotesFromOpeningToBeforeClosing) {
  const auto voted_at = [&](std::uint64_t ms) {
    Ready ready;
    return ready.driver.add(mine_block(ready.parent, {vote_of(1)},
                                       [&](chain::Header& header) { header.time_ms = spec().genesis_time_ms + ms; }));
  };
  EXPECT_EQ(voted_at(1'999).error(), RuleError::kElectionNotOpen);
  EXPECT_TRUE(voted_at(2'000));
  EXPECT_TRUE(voted_at(2'999));
  EXPECT_EQ(voted_at(3'000).error(), RuleError::kElectionClosed);
}

TEST(Blocks, AMutatedBodySaysNothingAboutItsHeader) {
  Ready ready;
  const auto block = mine_block(ready.parent, {vote_of(1), vote_of(2)});
  ASSERT_TRUE(ready.driver.add_header(block.header));
  auto mutated = block;
  mutated.transactions.pop_back();
  EXPECT_EQ(ready.driver.add_body(mutated).error(), RuleError::kBadTransactionsRoot);
  mutated = block;
  mutated.transactions[0].signature.bytes[0] ^= 1;
  EXPECT_EQ(ready.driver.add_body(mutated).error(), RuleError::kBadTransactionsRoot) << "signatures are committed to";
  std::swap(mutated.transactions[0], mutated.transactions[1]);
  EXPECT_FALSE(ready.driver.add_body(mutated));
  EXPECT_TRUE(ready.driver.add_body(block));
  ready.driver.advance();
  EXPECT_EQ(ready.driver.chain().tip().id, chain::block_id(block.header));
}

TEST(Blocks, WithABadSignatureTakeTheirDescendantsWithThem) {
  Ready ready;
  const auto bad = mine_block(ready.parent, {record(easy_spec(), voter_key(1), 1)});
  const auto child = mine_block(bad.header);
  ASSERT_TRUE(ready.driver.add_header(bad.header));
  ASSERT_TRUE(ready.driver.add_header(child.header));
  ASSERT_TRUE(ready.driver.add_body(child));
  EXPECT_EQ(ready.driver.add_body(bad).error(), RuleError::kBadSignature);
  EXPECT_TRUE(ready.driver.advance().connected.empty());
  EXPECT_EQ(ready.driver.chain().best_header().id, ready.driver.chain().tip().id);
}

}  // namespace
}  // namespace suara::testing
