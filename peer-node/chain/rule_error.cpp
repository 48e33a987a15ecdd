#include "peer-node/chain/rule_error.hpp"

#include "common/util/check.hpp"

namespace suara::chain {

ErrorText describe(RuleError error) {
  switch (error) {
    case RuleError::kBadEncoding: return {"bad_encoding", "these bytes are not the canonical encoding of anything"};
    case RuleError::kTooLarge: return {"too_large", "a size or count is above its cap"};
    case RuleError::kUnlistedMiner:
      return {"unlisted_miner",
              "the header is sealed with a key that the network's specification does not list as a miner"};
    case RuleError::kBadSeal:
      return {"bad_seal", "the seal's signature is not the miner's over this block on this network"};
    case RuleError::kBadVersion: return {"bad_version", "this header version is not known"};
    case RuleError::kOrphanHeader: return {"orphan_header", "the header's parent is not known"};
    case RuleError::kBadHeight: return {"bad_height", "a header's height is its parent's plus one"};
    case RuleError::kBadBits: return {"bad_bits", "the target is not what the difficulty rule says"};
    case RuleError::kInsufficientWork: return {"insufficient_work", "the block id is not below the target"};
    case RuleError::kTimeTooOld: return {"time_too_old", "a block's time is above the median of the last 11"};
    case RuleError::kTimeTooFarAhead:
      return {"time_too_far_ahead", "the block's time is too far ahead of this node's clock"};
    case RuleError::kInvalidParent: return {"invalid_parent", "the block descends from one that broke a rule"};
    case RuleError::kBadTransactionsRoot:
      return {"bad_transactions_root", "the transactions are not the ones the header commits to"};
    case RuleError::kBlockTooLarge: return {"block_too_large", "the block is larger than the network allows"};
    case RuleError::kDuplicateTransaction:
      return {"duplicate_transaction", "this very transaction is in the chain already; it counts once"};
    case RuleError::kBadSignature:
      return {"bad_signature", "the signature is not the author's over this statement on this network"};
    case RuleError::kBadPublicKey: return {"bad_public_key", "a public key is a point of P-256: x and y, 64 bytes"};
    case RuleError::kBadText:
      return {"bad_text", "titles, candidates and names are UTF-8 of 1 to 256 bytes without control characters"};
    case RuleError::kBadCandidates: return {"bad_candidates", "an election has 1 to 1,000 different candidates"};
    case RuleError::kBadSchedule: return {"bad_schedule", "an election closes after it opens"};
    case RuleError::kNotAnOrganiser:
      return {"not_an_organiser", "only an organiser key of the network's specification may do this"};
    case RuleError::kUnknownElection: return {"unknown_election", "no election has this id"};
    case RuleError::kElectionExists: return {"election_exists", "this election has been opened already"};
    case RuleError::kElectionFrozen:
      return {"election_frozen", "once an election has opened its candidates and roll cannot change"};
    case RuleError::kNotARollElection: return {"not_a_roll_election", "only an election with a roll enrols voters"};
    case RuleError::kVoterExists: return {"voter_exists", "this name or key is on the roll already"};
    case RuleError::kElectionNotOpen: return {"election_not_open", "the election has not opened yet"};
    case RuleError::kElectionClosed: return {"election_closed", "the election is closed"};
    case RuleError::kNotEnrolled: return {"not_enrolled", "this key is not on the election's roll"};
    case RuleError::kUnknownCandidate: return {"unknown_candidate", "the election has no such candidate"};
    case RuleError::kAlreadyVoted: return {"already_voted", "this voter has voted; the first valid vote counts"};
    case RuleError::kRecordTooLarge: return {"record_too_large", "the record is larger than the network allows"};
  }
  CHECK(false);
}

}  // namespace suara::chain
