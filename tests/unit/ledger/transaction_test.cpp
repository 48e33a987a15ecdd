#include "peer-node/ledger/transaction.hpp"

#include "common/util/rng.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/ledger/limits.hpp"
#include "tests/unit/ledger/ledger_fixture.hpp"

#include <gtest/gtest.h>

namespace suara::ledger {
namespace {

using chain::RuleError;

const NetworkId kNetwork(sha256(as_bytes("a network")));

std::vector<Statement> one_of_each() {
  const ElectionId election(sha256(as_bytes("an election")));
  return {OpenElection{"Ketua", {"Alice", "Bjørn"}, Electorate::kRoll, 1, UINT64_MAX},
          AddCandidates{election, {"Charlie"}},
          EnrolVoters{election, {{"voter 1", key_of("1")}, {"voter 2", key_of("2")}}},
          CloseElection{election},
          CastVote{election, 65'535},
          Record{7, "some text"}};
}

TEST(Transaction, ComesBackFromItsEncoding) {
  for (const Statement& statement : one_of_each()) {
    const Transaction transaction = sign(kOrganiser, kNetwork, statement);
    const auto decoded = decode_transaction(encode(transaction));
    ASSERT_TRUE(decoded) << decoded.error().message();
    EXPECT_EQ(*decoded, transaction);
  }
}

TEST(Transaction, TruncatedOrContinuedIsRefused) {
  for (const Statement& statement : one_of_each()) {
    Bytes bytes = encode(sign(kOrganiser, kNetwork, statement));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode_transaction(ByteView(bytes).first(size))) << "kind " << statement.index() << ", " << size;
    }
    bytes.push_back(0);
    EXPECT_TRUE(decode_transaction(bytes).error() == RuleError::kBadEncoding);
  }
}

// What is accepted is exactly what would be written: no value has two encodings.
TEST(Transaction, EveryAcceptedEncodingIsCanonical) {
  const std::uint64_t seed = 20261121;
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeededRng rng(seed);
  std::size_t accepted = 0;
  for (const Statement& statement : one_of_each()) {
    const Bytes bytes = encode(sign(kOrganiser, kNetwork, statement));
    for (int round = 0; round < 3'000; ++round) {
      Bytes changed = bytes;
      for (std::uint64_t i = 0; i <= rng.below(3); ++i) {
        changed[rng.below(changed.size())] = static_cast<std::uint8_t>(rng.below(256));
      }
      const auto decoded = decode_transaction(changed);
      if (!decoded) continue;
      ++accepted;
      ASSERT_EQ(encode(*decoded), changed);
    }
  }
  EXPECT_GT(accepted, 1'000U);
}

TEST(Transaction, UnknownKindsAndElectoratesAreRefused) {
  Bytes bytes = encode(sign(kOrganiser, kNetwork, Record{0, "x"}));
  for (const std::uint8_t kind : std::array<std::uint8_t, 3>{0, 7, 255}) {
    bytes[0] = kind;
    EXPECT_TRUE(decode_transaction(bytes).error() == RuleError::kBadEncoding);
  }
  OpenElection open = small_election();
  open.electorate = static_cast<Electorate>(2);
  EXPECT_FALSE(decode_transaction(encode(by_organiser(open))));
}

TEST(Transaction, CapsAreHeldBeforeAnythingIsRead) {
  const auto refused_as_too_large = [](const Statement& statement) {
    const auto decoded = decode_transaction(encode(by_organiser(statement)));
    return !decoded && decoded.error() == RuleError::kTooLarge;
  };
  const ElectionId election;
  const std::string longest(kMaxTextSizeBytes, 'x');
  EXPECT_FALSE(refused_as_too_large(OpenElection{longest, {longest}, Electorate::kOpen, 0, 1}));
  EXPECT_TRUE(refused_as_too_large(OpenElection{longest + 'x', {}, Electorate::kOpen, 0, 1}));
  EXPECT_TRUE(refused_as_too_large(AddCandidates{election, {longest + 'x'}}));

  AddCandidates add{election, std::vector<std::string>(kMaxCandidates, "a")};
  EXPECT_FALSE(refused_as_too_large(add));
  add.candidates.emplace_back("b");
  EXPECT_TRUE(refused_as_too_large(add));

  EnrolVoters enrol{election, std::vector<Enrolment>(kMaxEnrolments, Enrolment{longest, {}})};
  EXPECT_FALSE(refused_as_too_large(enrol)) << "the largest transaction there is fits";
  enrol.voters.emplace_back();
  EXPECT_TRUE(refused_as_too_large(enrol));

  EXPECT_FALSE(refused_as_too_large(Record{0, std::string(kMaxRecordSizeBytes, 'x')}));
  EXPECT_TRUE(refused_as_too_large(Record{0, std::string(kMaxRecordSizeBytes + 1, 'x')}));
}

TEST(Transaction, SignatureHoldsForItsBodyAndNetworkOnly) {
  const Transaction transaction = sign(kOrganiser, kNetwork, Record{1, "text"});
  EXPECT_TRUE(signature_holds(transaction, kNetwork));
  EXPECT_FALSE(signature_holds(transaction, NetworkId(sha256(as_bytes("another network")))));

  Transaction changed = transaction;
  std::get<Record>(changed.statement).nonce = 2;
  EXPECT_FALSE(signature_holds(changed, kNetwork));
  changed = transaction;
  changed.author = kOtherOrganiser.public_key();
  EXPECT_FALSE(signature_holds(changed, kNetwork));
}

TEST(Transaction, IdIsThatOfTheBody) {
  const Transaction transaction = sign(kOrganiser, kNetwork, Record{1, "text"});
  Transaction unsigned_one = transaction;
  unsigned_one.signature = {};
  EXPECT_EQ(transaction_id(transaction), transaction_id(unsigned_one));
  EXPECT_EQ(transaction_id(transaction), TransactionId(sha256(encode_body(transaction))));

  Bytes with_signature = encode_body(transaction);
  with_signature.insert(with_signature.end(), transaction.signature.bytes.begin(), transaction.signature.bytes.end());
  EXPECT_EQ(encode(transaction), with_signature);
}

}  // namespace
}  // namespace suara::ledger
