#include "peer-node/ledger/one_vote.hpp"

namespace suara::ledger {

using chain::RuleError;

Result<void> check_one_vote(const store::StoreView& view, const ElectionId& election, const ElectionTerms& terms,
                            const PublicKey& voter) {
  if (terms.electorate == Electorate::kRoll && !is_enrolled(view, election, voter)) {
    return Error(RuleError::kNotEnrolled);
  }
  if (has_voted(view, election, voter)) return Error(RuleError::kAlreadyVoted);
  return {};
}

}  // namespace suara::ledger
