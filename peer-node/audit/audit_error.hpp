// What can be wrong with a bundle or a receipt besides the rules of chain and ledger (chain::RuleError).
#pragma once

#include "common/util/error.hpp"

#include <cstdint>

namespace suara::audit {

enum class AuditError : std::uint8_t {
  // the file
  kLineTooLong,
  kBadLine,         ///< no JSON, a member missing or of the wrong kind, bytes that do not decode
  kNotCanonical,    ///< another spelling of a line than the one there is
  kUnknownVersion,  ///< made by a later program
  kUnexpectedLine,  ///< a line that cannot stand here
  kTruncated,       ///< ends before its last line
  // what it claims
  kWrongNetwork,           ///< the specification's hash is not the network id
  kMissingSeal,            ///< a header without a seal, on a network that lists miners
  kSuperfluousSeal,        ///< a header with a seal, on an open network
  kNotLinked,              ///< a header does not name the one before as its parent
  kWrongTip,               ///< the last header is not the tip that is claimed
  kWrongTransactionId,     ///< the transaction's hash is not the id that is claimed
  kBadProof,               ///< the Merkle path does not lead to the header's root
  kTransactionsReordered,  ///< places in a block that do not ascend, or two sizes of one block
  kForeignTransaction,     ///< about something else than the bundle's election
  kElectionMissing,        ///< no transaction opens the election
  kWrongTally,             ///< the recount differs from the claim
  // a receipt in a chain
  kOtherNetwork,  ///< the receipt's network is not the chain's
  kNotInChain,    ///< the chain has another block at the header's height
  kAboveChain,    ///< the chain ends below the header
};
ErrorText describe(AuditError error);

}  // namespace suara::audit
