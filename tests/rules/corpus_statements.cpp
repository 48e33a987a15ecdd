// What a transaction shows by itself.
#include "peer-node/ledger/ledger.hpp"
#include "peer-node/ledger/limits.hpp"
#include "tests/rules/corpus.hpp"
#include "tests/support/chain_builder.hpp"

namespace suara::testing {
namespace {

using chain::RuleError;
using namespace ledger;  // NOLINT(google-build-using-namespace): all six kinds

constexpr std::uint32_t kMaxRecordOfNetworkBytes = 100;

Result<void> said_by(const PublicKey& author, Statement statement) {
  const Rules rules{{organiser_key().public_key()}, kMaxRecordOfNetworkBytes};
  return check_statement(rules, {author, std::move(statement), {}});
}
Result<void> said(Statement statement) { return said_by(organiser_key().public_key(), std::move(statement)); }

/// What a node does with bytes: decode, then judge.
Result<void> read(const Statement& statement) {
  const auto transaction = decode_transaction(encode(Transaction{organiser_key().public_key(), statement, {}}));
  if (!transaction) return transaction.error();
  return said(transaction->statement);
}

OpenElection titled(std::string title) { return {std::move(title), {"Alice"}, Electorate::kOpen, 1, 2}; }
OpenElection among(std::vector<std::string> candidates) {
  return {"Mayor", std::move(candidates), Electorate::kOpen, 1, 2};
}
OpenElection from_to(std::uint64_t opens_at_ms, std::uint64_t closes_at_ms) {
  return {"Mayor", {"Alice"}, Electorate::kOpen, opens_at_ms, closes_at_ms};
}

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("candidate " + std::to_string(i));
  return names;
}

EnrolVoters enrolment_of(std::size_t count) {
  EnrolVoters enrol;
  for (std::size_t i = 0; i < count; ++i) {
    enrol.voters.push_back({"voter " + std::to_string(i), voter_key(i).public_key()});
  }
  return enrol;
}

PublicKey off_the_curve(PublicKey key) {
  key.bytes[63] ^= 1;
  return key;
}

}  // namespace

std::vector<RuleRow> statement_rows() {
  const Play two_voters = [] { return said(enrolment_of(2)); };
  const Play a_name = [] { return said(titled("Žofie")); };
  return {
      {RuleError::kTooLarge, "1,000 enrolments", [] { return read(enrolment_of(kMaxEnrolments)); }, "1,001",
       [] { return read(enrolment_of(kMaxEnrolments + 1)); }},
      {RuleError::kTooLarge, "1,000 candidates", [] { return read(among(numbered(kMaxCandidates))); }, "1,001",
       [] { return read(among(numbered(kMaxCandidates + 1))); }},
      {RuleError::kTooLarge, "a title of 256 bytes", [] { return read(titled(std::string(256, 'x'))); }, "of 257",
       [] { return read(titled(std::string(257, 'x'))); }},
      {RuleError::kBadPublicKey, "an author on the curve", two_voters, "an author beside it",
       [] { return said_by(off_the_curve(organiser_key().public_key()), enrolment_of(2)); }},
      {RuleError::kBadPublicKey, "voters on the curve", two_voters, "one beside it",
       [] {
         auto enrol = enrolment_of(2);
         enrol.voters[1].key = off_the_curve(enrol.voters[1].key);
         return said(enrol);
       }},
      {RuleError::kBadText, "a title of one byte", [] { return said(titled("x")); }, "an empty one",
       [] { return said(titled("")); }},
      {RuleError::kBadText, "UTF-8", a_name, "a character cut in half", [] { return said(titled("\xc5")); }},
      {RuleError::kBadText, "UTF-8", a_name, "a slash in two bytes", [] { return said(titled("\xc0\xaf")); }},
      {RuleError::kBadText, "UTF-8", a_name, "a surrogate", [] { return said(titled("\xed\xa0\x80")); }},
      {RuleError::kBadText, "the last code point", [] { return said(titled("\xf4\x8f\xbf\xbf")); }, "one beyond",
       [] { return said(titled("\xf4\x90\x80\x80")); }},
      {RuleError::kBadText, "a space", [] { return said(titled(" ")); }, "what is just below it",
       [] { return said(titled("\x1f")); }},
      {RuleError::kBadText, "U+00A0", [] { return said(titled("\xc2\xa0")); }, "U+009F",
       [] { return said(titled("\xc2\x9f")); }},
      {RuleError::kBadText, "a record with a tab and a line feed", [] { return said(Record{1, "a\tb\n"}); },
       "with a carriage return", [] { return said(Record{1, "a\r\n"}); }},
      {RuleError::kBadText, "an enrolment of one", [] { return said(enrolment_of(1)); }, "of nobody",
       [] { return said(enrolment_of(0)); }},
      {RuleError::kBadCandidates, "one candidate", [] { return said(among({"Alice"})); }, "none",
       [] { return said(among({})); }},
      {RuleError::kBadCandidates, "names that differ in a letter", [] { return said(among({"Alice", "alice"})); },
       "the same name twice", [] { return said(among({"Alice", "Alice"})); }},
      {RuleError::kBadSchedule, "open for a millisecond", [] { return said(from_to(1, 2)); }, "for none",
       [] { return said(from_to(2, 2)); }},
      {RuleError::kBadSchedule, "until the end of time", [] { return said(from_to(UINT64_MAX - 1, UINT64_MAX)); },
       "from then on", [] { return said(from_to(UINT64_MAX, UINT64_MAX)); }},
      {RuleError::kRecordTooLarge, "100 bytes where 100 are allowed",
       [] { return said(Record{1, std::string(kMaxRecordOfNetworkBytes, 'x')}); }, "101",
       [] { return said(Record{1, std::string(kMaxRecordOfNetworkBytes + 1, 'x')}); }},
      {RuleError::kVoterExists, "an enrolment of two", two_voters, "of two with one name",
       [] {
         auto enrol = enrolment_of(2);
         enrol.voters[1].voter = enrol.voters[0].voter;
         return said(enrol);
       }},
      {RuleError::kVoterExists, "an enrolment of two", two_voters, "of two with one key",
       [] {
         auto enrol = enrolment_of(2);
         enrol.voters[1].key = enrol.voters[0].key;
         return said(enrol);
       }},
  };
}

}  // namespace suara::testing
