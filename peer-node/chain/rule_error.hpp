// Every consensus rule, by the name of what breaks it. proto-docs/rules.md lists them with their reasons.
#pragma once

#include "common/util/error.hpp"

#include <cstdint>

namespace suara::chain {

enum class RuleError : std::uint8_t {
  // encoding
  kBadEncoding,  ///< not the canonical encoding of anything: truncated, trailing bytes, a count that lies
  kTooLarge,     ///< a size or count above its cap
  // header
  kUnlistedMiner,  ///< the seal's key is not among the specification's miners
  kBadSeal,        ///< the seal's signature is not its key's over this block
  kBadVersion,
  kOrphanHeader,      ///< parent unknown; may become valid
  kBadHeight,         ///< not parent's + 1
  kBadBits,           ///< not what the difficulty rule says
  kInsufficientWork,  ///< id not below the target
  kTimeTooOld,        ///< not above the median of the last 11
  kTimeTooFarAhead,   ///< beyond max(60 s, 3T) from our clock; may become valid
  kInvalidParent,     ///< descends from a block that broke a rule
  // block
  kBadTransactionsRoot,  ///< the body is not the one the header commits to; says nothing about the header
  kBlockTooLarge,
  kDuplicateTransaction,  ///< twice in this block, or already in the chain
  // transaction, by itself
  kBadSignature,
  kBadPublicKey,
  kBadText,        ///< a title, candidate, voter name or record empty, too long, or no valid UTF-8
  kBadCandidates,  ///< none, too many, or the same twice
  kBadSchedule,    ///< closes at or before it opens
  // ledger
  kNotAnOrganiser,
  kUnknownElection,
  kElectionExists,
  kElectionFrozen,  ///< it has opened: candidates and roll stand
  kNotARollElection,
  kVoterExists,      ///< name or key already enrolled
  kElectionNotOpen,  ///< not yet open
  kElectionClosed,
  kNotEnrolled,
  kUnknownCandidate,
  kAlreadyVoted,
  kRecordTooLarge,
};
ErrorText describe(RuleError error);

}  // namespace suara::chain
