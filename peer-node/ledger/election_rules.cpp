#include "peer-node/ledger/election_rules.hpp"

#include "peer-node/ledger/election_store.hpp"
#include "peer-node/ledger/limits.hpp"
#include "peer-node/ledger/one_vote.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace suara::ledger {
namespace {

using chain::RuleError;

// "at 1700000000000 ms, the block's time is 1700000000001 ms": the two numbers that explain a refusal by time.
std::string times(std::string_view what, std::uint64_t at_ms, std::uint64_t block_ms) {
  return std::string(what) + " at " + std::to_string(at_ms) + " ms since 1970, the block's time is " +
         std::to_string(block_ms) + " ms";
}

Result<ElectionTerms> terms_of(const store::StoreView& view, const ElectionId& election) {
  const auto terms = find_terms(view, election);
  if (!terms) return Error(RuleError::kUnknownElection, election.hex());
  return *terms;
}

Result<void> check_not_closed(const ElectionTerms& terms, std::uint64_t time_ms) {
  if (terms.closed_early) return Error(RuleError::kElectionClosed, "its organiser closed it");
  if (time_ms >= terms.closes_at_ms) {
    return Error(RuleError::kElectionClosed, times("it closed", terms.closes_at_ms, time_ms));
  }
  return {};
}

Result<void> check_organiser(const ElectionTerms& terms, const PublicKey& author) {
  if (terms.organiser != author) {
    return Error(RuleError::kNotAnOrganiser, "this election was opened with another key");
  }
  return {};
}

// What candidates and roll have in common: the organiser may change them until the first vote could count.
Result<ElectionTerms> check_changeable(const store::StoreView& view, const ElectionId& election,
                                       const PublicKey& author, std::uint64_t time_ms) {
  const auto terms = terms_of(view, election);
  if (!terms) return terms.error();
  SUARA_TRY(check_organiser(*terms, author));
  SUARA_TRY(check_not_closed(*terms, time_ms));
  if (time_ms >= terms->opens_at_ms) {
    return Error(RuleError::kElectionFrozen, times("it opened", terms->opens_at_ms, time_ms));
  }
  return *terms;
}

}  // namespace

Result<void> ElectionRules::operator()(const OpenElection& open) const {
  if (std::find(rules.organisers.begin(), rules.organisers.end(), author) == rules.organisers.end()) {
    return Error(RuleError::kNotAnOrganiser);
  }
  if (find_terms(view, ElectionId(id))) return Error(RuleError::kElectionExists);
  if (context.time_ms >= open.closes_at_ms) {
    return Error(RuleError::kElectionClosed, times("it would have closed", open.closes_at_ms, context.time_ms));
  }
  return {};
}

Result<void> ElectionRules::operator()(const AddCandidates& add) const {
  SUARA_TRY(check_changeable(view, add.election, author, context.time_ms));
  const auto election = find_election(view, add.election);
  const std::vector<std::string>& standing = election->definition.candidates;
  if (standing.size() + add.candidates.size() > kMaxCandidates) {
    return Error(RuleError::kBadCandidates, "the election has " + std::to_string(standing.size()) + " already");
  }
  const std::set<std::string_view> names(standing.begin(), standing.end());
  for (const std::string& candidate : add.candidates) {
    if (names.contains(candidate)) return Error(RuleError::kBadCandidates, "\"" + candidate + "\" stands already");
  }
  return {};
}

Result<void> ElectionRules::operator()(const EnrolVoters& enrol) const {
  const auto terms = check_changeable(view, enrol.election, author, context.time_ms);
  if (!terms) return terms.error();
  if (terms->electorate != Electorate::kRoll) return Error(RuleError::kNotARollElection);
  for (const Enrolment& voter : enrol.voters) {
    if (has_roll_name(view, enrol.election, voter.voter)) {
      return Error(RuleError::kVoterExists, "the name \"" + voter.voter + "\"");
    }
    if (is_enrolled(view, enrol.election, voter.key)) {
      return Error(RuleError::kVoterExists, "the key of \"" + voter.voter + "\"");
    }
  }
  return {};
}

Result<void> ElectionRules::operator()(const CloseElection& close) const {
  const auto terms = terms_of(view, close.election);
  if (!terms) return terms.error();
  SUARA_TRY(check_organiser(*terms, author));
  return check_not_closed(*terms, context.time_ms);
}

Result<void> ElectionRules::operator()(const CastVote& vote) const {
  const auto terms = terms_of(view, vote.election);
  if (!terms) return terms.error();
  SUARA_TRY(check_not_closed(*terms, context.time_ms));
  if (context.time_ms < terms->opens_at_ms) {
    return Error(RuleError::kElectionNotOpen, times("it opens", terms->opens_at_ms, context.time_ms));
  }
  if (vote.candidate >= terms->candidates) {
    return Error(RuleError::kUnknownCandidate, "number " + std::to_string(vote.candidate) + " of " +
                                                   std::to_string(terms->candidates) + ", counted from 0");
  }
  return check_one_vote(view, vote.election, *terms, author);
}

Result<void> ElectionRules::operator()(const Record&) const { return {}; }

}  // namespace suara::ledger
