#include "tests/differential/naive_ledger.hpp"

#include "tests/differential/naive_encoding.hpp"

#include <algorithm>
#include <set>

namespace suara::differential {
namespace {

// The texts that the tests make are ASCII.
bool is_text(const std::string& text, bool many_lines) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= ' ' && c <= '~') || (many_lines && (c == '\n' || c == '\t'));
  });
}

bool is_name(const std::string& text) { return text.size() <= 256 && is_text(text, false); }

bool is_key(const PublicKey& key) { return parse_public_key(key.view()).has_value(); }

std::optional<RuleError> broken_by(const std::vector<std::string>& candidates) {
  if (candidates.empty() || candidates.size() > 1000) return RuleError::kBadCandidates;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!is_name(candidates[i])) return RuleError::kBadText;
    if (std::count(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(i), candidates[i]) != 0) {
      return RuleError::kBadCandidates;
    }
  }
  return std::nullopt;
}

std::optional<RuleError> broken_by(const std::vector<ledger::Enrolment>& voters) {
  if (voters.empty()) return RuleError::kBadText;
  std::set<std::string> names;
  std::set<PublicKey> keys;
  for (const auto& voter : voters) {
    if (!is_name(voter.voter)) return RuleError::kBadText;
    if (!is_key(voter.key)) return RuleError::kBadPublicKey;
    if (names.contains(voter.voter) || keys.contains(voter.key)) return RuleError::kVoterExists;
    names.insert(voter.voter);
    keys.insert(voter.key);
  }
  return std::nullopt;
}

}  // namespace

std::optional<RuleError> broken_by_itself(const chain::ChainSpec& spec, const ledger::Transaction& transaction) {
  if (!is_key(transaction.author)) return RuleError::kBadPublicKey;
  if (const auto* open = std::get_if<ledger::OpenElection>(&transaction.statement)) {
    if (!is_name(open->title)) return RuleError::kBadText;
    if (const auto broken = broken_by(open->candidates)) return broken;
    if (open->opens_at_ms >= open->closes_at_ms) return RuleError::kBadSchedule;
  }
  if (const auto* add = std::get_if<ledger::AddCandidates>(&transaction.statement)) return broken_by(add->candidates);
  if (const auto* enrol = std::get_if<ledger::EnrolVoters>(&transaction.statement)) return broken_by(enrol->voters);
  if (const auto* record = std::get_if<ledger::Record>(&transaction.statement)) {
    if (record->data.size() > spec.max_record_size_bytes) return RuleError::kRecordTooLarge;
    if (!is_text(record->data, true)) return RuleError::kBadText;
  }
  return std::nullopt;
}

struct NaiveLedger::Statement {
  NaiveLedger& ledger;
  const PublicKey& author;
  ledger::TransactionId id;
  std::uint64_t time_ms;

  using Broken = std::optional<RuleError>;

  Election* find(const ledger::ElectionId& election) const {
    const auto found = ledger.elections_.find(election);
    return found == ledger.elections_.end() ? nullptr : &found->second;
  }

  [[nodiscard]] bool is_over(const Election& election) const {
    return election.closed_early || time_ms >= election.definition.closes_at_ms;
  }

  [[nodiscard]] Broken broken_by_change(const Election* election) const {
    if (election == nullptr) return RuleError::kUnknownElection;
    if (election->organiser != author) return RuleError::kNotAnOrganiser;
    if (is_over(*election)) return RuleError::kElectionClosed;
    if (time_ms >= election->definition.opens_at_ms) return RuleError::kElectionFrozen;
    return std::nullopt;
  }

  Broken operator()(const ledger::OpenElection& open) const {
    const auto& organisers = ledger.spec_->organisers;
    if (std::ranges::find(organisers, author) == organisers.end()) return RuleError::kNotAnOrganiser;
    if (time_ms >= open.closes_at_ms) return RuleError::kElectionClosed;
    ledger.elections_[ledger::ElectionId(id)] = {author, open, false, {}, {}};
    return std::nullopt;
  }

  Broken operator()(const ledger::AddCandidates& add) const {
    Election* election = find(add.election);
    if (const auto broken = broken_by_change(election)) return broken;
    auto all = election->definition.candidates;
    all.insert(all.end(), add.candidates.begin(), add.candidates.end());
    if (all.size() > 1000 || std::set<std::string>(all.begin(), all.end()).size() != all.size()) {
      return RuleError::kBadCandidates;
    }
    election->definition.candidates = all;
    return std::nullopt;
  }

  Broken operator()(const ledger::EnrolVoters& enrol) const {
    Election* election = find(enrol.election);
    if (const auto broken = broken_by_change(election)) return broken;
    if (election->definition.electorate != ledger::Electorate::kRoll) return RuleError::kNotARollElection;
    auto roll = election->roll;
    for (const auto& voter : enrol.voters) {
      const bool known_key = std::ranges::any_of(roll, [&](const auto& row) { return row.second == voter.key; });
      if (known_key || roll.contains(voter.voter)) return RuleError::kVoterExists;
      roll[voter.voter] = voter.key;
    }
    election->roll = roll;
    return std::nullopt;
  }

  Broken operator()(const ledger::CloseElection& close) const {
    Election* election = find(close.election);
    if (election == nullptr) return RuleError::kUnknownElection;
    if (election->organiser != author) return RuleError::kNotAnOrganiser;
    if (is_over(*election)) return RuleError::kElectionClosed;
    election->closed_early = true;
    return std::nullopt;
  }

  Broken operator()(const ledger::CastVote& vote) const {
    Election* election = find(vote.election);
    if (election == nullptr) return RuleError::kUnknownElection;
    if (is_over(*election)) return RuleError::kElectionClosed;
    if (time_ms < election->definition.opens_at_ms) return RuleError::kElectionNotOpen;
    if (vote.candidate >= election->definition.candidates.size()) return RuleError::kUnknownCandidate;
    const bool enrolled = std::ranges::any_of(election->roll, [&](const auto& row) { return row.second == author; });
    if (election->definition.electorate == ledger::Electorate::kRoll && !enrolled) return RuleError::kNotEnrolled;
    if (election->votes.contains(author)) return RuleError::kAlreadyVoted;
    election->votes[author] = {vote.candidate, id};
    return std::nullopt;
  }

  Broken operator()(const ledger::Record&) const { return std::nullopt; }
};

std::optional<RuleError> NaiveLedger::apply(const ledger::Transaction& transaction, const chain::BlockId& block,
                                            std::uint32_t index, std::uint64_t time_ms) {
  const auto id = id_of(transaction);
  if (transactions_.contains(id)) return RuleError::kDuplicateTransaction;
  const auto broken = std::visit(Statement{*this, transaction.author, id, time_ms}, transaction.statement);
  if (!broken) transactions_[id] = {block, index};
  return broken;
}

}  // namespace suara::differential
