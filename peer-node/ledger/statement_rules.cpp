// The rules a transaction can break all by itself.
#include "peer-node/ledger/ledger.hpp"
#include "peer-node/ledger/limits.hpp"
#include "peer-node/ledger/text.hpp"

#include <set>
#include <string_view>

namespace suara::ledger {
namespace {

using chain::RuleError;

Result<void> check_name(std::string_view what, std::string_view name) {
  if (name.size() > kMaxTextSizeBytes) return Error(RuleError::kBadText, std::string(what) + " is too long");
  if (!is_one_line_text(name)) return Error(RuleError::kBadText, "the " + std::string(what));
  return {};
}

Result<void> check_key(const PublicKey& key) {
  if (!parse_public_key(key.view())) return Error(RuleError::kBadPublicKey);
  return {};
}

Result<void> check_candidates(const std::vector<std::string>& candidates) {
  if (candidates.empty()) return Error(RuleError::kBadCandidates, "there are none");
  if (candidates.size() > kMaxCandidates) return Error(RuleError::kBadCandidates, "there are too many");
  std::set<std::string_view> seen;
  for (const std::string& candidate : candidates) {
    SUARA_TRY(check_name("candidate", candidate));
    if (!seen.insert(candidate).second) return Error(RuleError::kBadCandidates, "\"" + candidate + "\" is there twice");
  }
  return {};
}

struct StatementCheck {
  const Rules& rules;

  Result<void> operator()(const OpenElection& open) const {
    SUARA_TRY(check_name("title", open.title));
    SUARA_TRY(check_candidates(open.candidates));
    if (open.closes_at_ms <= open.opens_at_ms) return Error(RuleError::kBadSchedule);
    return {};
  }

  Result<void> operator()(const AddCandidates& add) const { return check_candidates(add.candidates); }

  Result<void> operator()(const EnrolVoters& enrol) const {
    if (enrol.voters.empty()) return Error(RuleError::kBadText, "an enrolment names at least one voter");
    if (enrol.voters.size() > kMaxEnrolments) return Error(RuleError::kTooLarge, "at most 1,000 voters at once");
    std::set<std::string_view> names;
    std::set<PublicKey> keys;
    for (const Enrolment& voter : enrol.voters) {
      SUARA_TRY(check_name("voter's name", voter.voter));
      SUARA_TRY(check_key(voter.key));
      if (!names.insert(voter.voter).second || !keys.insert(voter.key).second) {
        return Error(RuleError::kVoterExists, "\"" + voter.voter + "\" is in this enrolment twice, by name or by key");
      }
    }
    return {};
  }

  Result<void> operator()(const CloseElection&) const { return {}; }
  Result<void> operator()(const CastVote&) const { return {}; }

  Result<void> operator()(const Record& record) const {
    if (record.data.size() > rules.max_record_size_bytes) {
      return Error(RuleError::kRecordTooLarge, std::to_string(record.data.size()) + " bytes, the network allows " +
                                                   std::to_string(rules.max_record_size_bytes));
    }
    if (!is_text(record.data)) return Error(RuleError::kBadText, "the record");
    return {};
  }
};

}  // namespace

Result<void> check_statement(const Rules& rules, const Transaction& transaction) {
  SUARA_TRY(check_key(transaction.author));
  return std::visit(StatementCheck{rules}, transaction.statement);
}

}  // namespace suara::ledger
