// Who may say what about an election, and when. Time is the block's: elections open and close with the chain.
#pragma once

#include "common/store/store_view.hpp"
#include "peer-node/ledger/ledger.hpp"

namespace suara::ledger {

/// A statement of `author` in a block at `context`. Each reads what it needs of `view`. Errors: RuleError.
struct ElectionRules {
  const Rules& rules;
  const store::StoreView& view;
  const PublicKey& author;
  const TransactionId& id;
  const BlockContext& context;

  Result<void> operator()(const OpenElection& open) const;
  Result<void> operator()(const AddCandidates& add) const;
  Result<void> operator()(const EnrolVoters& enrol) const;
  Result<void> operator()(const CloseElection& close) const;
  Result<void> operator()(const CastVote& vote) const;
  Result<void> operator()(const Record& record) const;
};

}  // namespace suara::ledger
