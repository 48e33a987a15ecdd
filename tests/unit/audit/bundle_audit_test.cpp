// Every sentence that a valid audit claims, tampered with: each is found, by a name of its own.
#include "tests/unit/audit/bundle_fixture.hpp"

#include "peer-node/audit/limits.hpp"

namespace suara::audit {
namespace {

using Lines = std::vector<BundleLine>;

class BundleAuditTest : public BundleTest {
 protected:
  template <class E>
  void expect(E error, const Lines& lines, const std::string& where) {
    const auto found = audit(lines);
    ASSERT_FALSE(found);
    EXPECT_TRUE(found.error() == error) << found.error().name() << ": " << found.error().message();
    const std::string told = place_ + ": " + found.error().message();
    EXPECT_NE(told.find(where), std::string::npos) << told;
  }
};

TEST_F(BundleAuditTest, RecountsBothKinds) {
  for (const bool with_blocks : {true, false}) {
    const auto found = audit(bundle(with_blocks));
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_EQ(found->network, chain::network_id(spec_));
    EXPECT_EQ(found->height, 5U);
    EXPECT_EQ(found->tip, chain::block_id(blocks_.back().header));
    EXPECT_EQ(found->blocks, with_blocks);
    EXPECT_EQ(found->transactions, with_blocks ? 7U : 4U);
    EXPECT_EQ(found->tally.votes, 3U);
    EXPECT_EQ(found->tally.candidates, (std::vector<Tally::Candidate>{{"Alice", 1}, {"Bob", 2}}));
    EXPECT_EQ(found->work, "24") << "six blocks of two leading zero bits each";
  }
}

// -- the file --

TEST_F(BundleAuditTest, FindsWhatIsNoBundle) {
  BundleAudit nothing;
  EXPECT_TRUE(nothing.finish().error() == AuditError::kTruncated);
  for (const char* line : {"", "hello", "[]", "{}", R"({"type":"vote"})", R"({"type":"header","header":"00"})"}) {
    BundleAudit audit;
    const auto taken = audit.take(line);
    ASSERT_FALSE(taken) << line;
    EXPECT_TRUE(taken.error() == AuditError::kBadLine) << line;
    EXPECT_EQ(audit.place(), "line 1");
  }
  BundleAudit audit;
  EXPECT_TRUE(audit.take(std::string(kMaxLineSizeBytes + 1, ' ')).error() == AuditError::kLineTooLong);
}

TEST_F(BundleAuditTest, FindsLinesThatAreMissingRepeatedOrInAnotherOrder) {
  const Lines whole = bundle(false);
  Lines lines = whole;
  lines.pop_back();
  expect(AuditError::kTruncated, lines, "line 10");
  lines = whole;
  lines.push_back(lines.back());
  expect(AuditError::kUnexpectedLine, lines, "line 12");
  lines = whole;
  lines.erase(lines.begin());
  expect(AuditError::kUnexpectedLine, lines, "line 1");
  lines = whole;
  lines.insert(lines.begin(), lines.front());
  expect(AuditError::kUnexpectedLine, lines, "line 2");
  lines = whole;
  std::swap(lines[1], lines[2]);  // a transaction above the first header
  expect(AuditError::kUnexpectedLine, lines, "line 2");
  lines = whole;
  lines.insert(lines.begin() + 1, BlockLine{blocks_[0]});
  expect(AuditError::kUnexpectedLine, lines, "line 2");
  lines = bundle(true);
  lines.insert(lines.begin() + 1, HeaderLine{blocks_[0].header});
  expect(AuditError::kUnexpectedLine, lines, "line 2");
}

// -- the chain --

TEST_F(BundleAuditTest, FindsAnotherNetworksSpecification) {
  Lines lines = bundle(true);
  std::get<BundleHead>(lines.front()).spec.organisers = {voter_key(1).public_key()};
  expect(AuditError::kWrongNetwork, lines, chain::network_id(spec_).hex());
}

TEST_F(BundleAuditTest, FindsHeadersThatBreakARule) {
  const auto spoilt = [&](const std::function<void(chain::Header&)>& change) {
    Lines lines = bundle(false);
    auto& header = nth<HeaderLine>(lines, 4).header;
    change(header);
    suara::testing::mine(header);
    return lines;
  };
  expect(AuditError::kNotLinked, spoilt([](auto& h) { h.previous = chain::BlockId(); }), "parent");
  expect(RuleError::kBadVersion, spoilt([](auto& h) { h.version = 2; }), "line");
  expect(RuleError::kBadHeight, spoilt([](auto& h) { ++h.height; }), "6 on 4");
  expect(RuleError::kBadBits, spoilt([](auto& h) { h.bits = chain::bits_of_leading_zeros(1); }), "height 5");
  expect(RuleError::kTimeTooOld, spoilt([this](auto& h) { h.time_ms = genesis_.time_ms; }), "line");
  Lines lines = bundle(false);
  auto& header = nth<HeaderLine>(lines, 4).header;
  while (chain::meets_target(chain::block_id(header), *chain::target_of(header.bits))) ++header.nonce;
  expect(RuleError::kInsufficientWork, lines, "block 4");
  lines = bundle(false);
  lines.erase(lines.end() - 2);
  expect(AuditError::kWrongTip, lines, "the last header is block 4");
}

TEST_F(BundleAuditTest, FindsAHeaderThatIsMissing) {
  Lines lines = bundle(true);
  lines.erase(lines.begin() + 2);
  expect(AuditError::kNotLinked, lines, "line 3");
}

// -- the transactions --

TEST_F(BundleAuditTest, FindsAVoteThatWasFlipped) {
  const auto flip = [this](ledger::Transaction& transaction) {
    std::get<ledger::CastVote>(transaction.statement).candidate ^= 1U;
    transaction.signature = vote(1, 1).signature;
  };
  Lines lines = bundle(true);
  flip(nth<BlockLine>(lines, 2).block.transactions[0]);
  expect(RuleError::kBadTransactionsRoot, lines, "line 4");
  lines = bundle(false);
  flip(nth<TransactionLine>(lines, 1).transaction);
  expect(AuditError::kBadProof, lines, "line 6");
}

TEST_F(BundleAuditTest, FindsAVoteThatWasDroppedWhereThereAreBlocks) {
  Lines lines = bundle(true);
  nth<BlockLine>(lines, 2).block.transactions.pop_back();
  expect(RuleError::kBadTransactionsRoot, lines, "line 4");
}

TEST_F(BundleAuditTest, CannotFindAVoteThatWasDroppedAndDiscountedWhereThereAreNone) {
  Lines lines = bundle(false);
  lines.erase(lines.end() - 3);  // voter 3's
  expect(AuditError::kWrongTally, lines, "votes for \"Bob\": claimed 2, counted 1");
  auto& tally = std::get<EndLine>(lines.back()).tally;
  --tally.votes;
  --tally.candidates[1].votes;
  EXPECT_TRUE(audit(lines)) << "which is why the client says so";
}

TEST_F(BundleAuditTest, FindsTransactionsInAnotherOrder) {
  Lines lines = bundle(true);
  auto& transactions = nth<BlockLine>(lines, 2).block.transactions;
  std::swap(transactions[0], transactions[2]);
  expect(RuleError::kBadTransactionsRoot, lines, "line 4");
  lines = bundle(false);
  std::swap(lines[5], lines[6]);
  expect(AuditError::kTransactionsReordered, lines, "line 7");
  lines = bundle(false);
  lines.insert(lines.begin() + 6, lines[5]);
  expect(AuditError::kTransactionsReordered, lines, "line 7");
}

TEST_F(BundleAuditTest, FindsABadSignature) {
  auto forged = vote(9, 0);
  forged.author = voter_key(8).public_key();
  add({forged});
  expect(RuleError::kBadSignature, bundle(true), ledger::transaction_id(forged).hex());
  expect(RuleError::kBadSignature, bundle(false), ledger::transaction_id(forged).hex());
}

TEST_F(BundleAuditTest, FindsAVoteOfAnotherElection) {
  Lines lines = bundle(false);
  lines.insert(lines.begin() + 6, proven(blocks_[2], 1));
  expect(AuditError::kForeignTransaction, lines, "line 7");
}

TEST_F(BundleAuditTest, FindsWhatBreaksTheLedgersRules) {
  const auto intact = blocks_;
  const auto with = [&](const ledger::Transaction& transaction) {
    blocks_ = intact;
    add({transaction});
  };
  const auto by_organiser = [this](ledger::Statement statement) {
    return ledger::sign(suara::testing::organiser_key(), chain::network_id(spec_), std::move(statement));
  };
  for (const bool with_blocks : {true, false}) {
    with(ledger::sign(voter_key(1), chain::network_id(spec_), ledger::CloseElection{election_}));
    expect(RuleError::kNotAnOrganiser, bundle(with_blocks), "block 6");
    with(by_organiser(ledger::AddCandidates{election_, {"Carol"}}));
    expect(RuleError::kElectionFrozen, bundle(with_blocks), "block 6");
    with(by_organiser(ledger::EnrolVoters{election_, {{"ann", voter_key(5).public_key()}}}));
    expect(RuleError::kElectionFrozen, bundle(with_blocks), "block 6");
    with(vote(1, 1));
    expect(RuleError::kAlreadyVoted, bundle(with_blocks), "block 6");
    with(vote(5, 2));
    expect(RuleError::kUnknownCandidate, bundle(with_blocks), "block 6");
    with(vote(3, 1));
    expect(RuleError::kDuplicateTransaction, bundle(with_blocks), "block 6");
    with(by_organiser(ledger::CloseElection{election_}));
    EXPECT_TRUE(audit(bundle(with_blocks)));
    add({vote(5, 0)});
    expect(RuleError::kElectionClosed, bundle(with_blocks), "block 7");
  }
}

TEST_F(BundleAuditTest, FindsAnElectionThatNobodyMayOpen) {
  blocks_.clear();
  const auto usurped = ledger::sign(voter_key(1), chain::network_id(spec_), open_.statement);
  add({open_, usurped});
  expect(RuleError::kNotAnOrganiser, bundle(true), ledger::transaction_id(usurped).hex());
}

// -- the claim --

TEST_F(BundleAuditTest, FindsAWrongTally) {
  const Lines whole = bundle(true);
  const auto claimed = [&](const std::function<void(Tally&)>& change) {
    Lines lines = whole;
    change(std::get<EndLine>(lines.back()).tally);
    return lines;
  };
  expect(AuditError::kWrongTally, claimed([](Tally& t) { t.title = "Mayoress"; }), "the title");
  expect(AuditError::kWrongTally, claimed([](Tally& t) { ++t.candidates[0].votes; }), "claimed 2, counted 1");
  expect(AuditError::kWrongTally, claimed([](Tally& t) { std::swap(t.candidates[0], t.candidates[1]); }),
         "candidate 0");
  expect(AuditError::kWrongTally, claimed([](Tally& t) { t.candidates.pop_back(); }), "candidates: claimed 1");
  expect(AuditError::kWrongTally, claimed([](Tally& t) { ++t.votes; }), "all votes");
  expect(AuditError::kWrongTally, claimed([](Tally& t) { ++t.enrolled; }), "enrolled");
  expect(AuditError::kWrongTally, claimed([](Tally& t) { t.closed_early = true; }), "closed");
}

TEST_F(BundleAuditTest, FindsAnElectionThatIsNotThere) {
  Lines lines = bundle(true);
  std::get<BundleHead>(lines.front()).election = ledger::ElectionId();
  expect(AuditError::kElectionMissing, lines, "0000");
}

}  // namespace
}  // namespace suara::audit
