// The one-vote rule: one vote per voter per election, and the first valid one counts.
// In an open election every key is a voter; with a roll, only the keys on it.
#pragma once

#include "common/store/store_view.hpp"
#include "peer-node/ledger/election_store.hpp"

namespace suara::ledger {

/// Whether `voter` still has a vote in this election. Errors: kNotEnrolled, kAlreadyVoted.
Result<void> check_one_vote(const store::StoreView& view, const ElectionId& election, const ElectionTerms& terms,
                            const PublicKey& voter);

}  // namespace suara::ledger
