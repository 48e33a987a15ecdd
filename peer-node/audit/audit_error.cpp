#include "peer-node/audit/audit_error.hpp"

#include "common/util/check.hpp"

namespace suara::audit {

ErrorText describe(AuditError error) {
  switch (error) {
    case AuditError::kLineTooLong: return {"line_too_long", "a line is longer than any line of a bundle can be"};
    case AuditError::kBadLine: return {"bad_line", "this is not what proto-docs/bundle.md describes"};
    case AuditError::kNotCanonical:
      return {"not_canonical", "the line is spelt otherwise than proto-docs/bundle.md prescribes"};
    case AuditError::kUnknownVersion: return {"unknown_version", "this program reads version 1 only"};
    case AuditError::kUnexpectedLine: return {"unexpected_line", "a line stands where it may not"};
    case AuditError::kTruncated: return {"truncated", "the bundle ends before its last line, the one of type \"end\""};
    case AuditError::kWrongNetwork:
      return {"wrong_network", "the specification does not hash to the network id that is named"};
    case AuditError::kMissingSeal:
      return {"missing_seal", "the network lists its miners, so that each header needs a seal, and one has none"};
    case AuditError::kSuperfluousSeal:
      return {"superfluous_seal", "a header has a seal, but the network lists no miners"};
    case AuditError::kNotLinked: return {"not_linked", "a header does not follow the one before it"};
    case AuditError::kWrongTip: return {"wrong_tip", "the chain does not end at the tip that is named"};
    case AuditError::kWrongTransactionId:
      return {"wrong_transaction_id", "the transaction does not hash to the id that is named"};
    case AuditError::kBadProof:
      return {"bad_proof", "the inclusion proof does not lead to the header's transactions root"};
    case AuditError::kTransactionsReordered:
      return {"transactions_reordered", "a block's transactions do not stand in the block's order"};
    case AuditError::kForeignTransaction:
      return {"foreign_transaction", "a transaction is not about the bundle's election"};
    case AuditError::kElectionMissing: return {"election_missing", "nothing in the bundle opens its election"};
    case AuditError::kWrongTally: return {"wrong_tally", "the tally is not what the votes add up to"};
    case AuditError::kOtherNetwork: return {"other_network", "the receipt is of another network than this chain"};
    case AuditError::kNotInChain: return {"not_in_chain", "the receipt's block is not in this chain"};
    case AuditError::kAboveChain: return {"above_chain", "the receipt's block is above the end of this chain"};
  }
  CHECK(false);
}

}  // namespace suara::audit
