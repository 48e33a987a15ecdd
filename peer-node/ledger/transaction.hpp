// What people sign: the six kinds of transaction. Canonical encoding in proto-docs/encoding.md.
#pragma once

#include "common/crypto/p256.hpp"
#include "common/util/bytes.hpp"
#include "common/util/result.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace suara::ledger {

/// SHA-256 of the body: everything but the signature, so nobody can give a statement a second id.
using TransactionId = HashId<struct TransactionTag>;
/// The id of the transaction that opened the election.
using ElectionId = HashId<struct ElectionTag>;

/// Who may vote: every key once, or the enrolled keys.
enum class Electorate : std::uint8_t { kOpen = 0, kRoll = 1 };

// ---- by an organiser -------------------------------------------------------------------------------------

struct OpenElection {
  std::string title;
  std::vector<std::string> candidates;
  Electorate electorate = Electorate::kOpen;
  std::uint64_t opens_at_ms = 0;   ///< votes count in blocks with time >= this
  std::uint64_t closes_at_ms = 0;  ///< and < this
  friend bool operator==(const OpenElection&, const OpenElection&) = default;
};

struct AddCandidates {  ///< until the election opens
  ElectionId election;
  std::vector<std::string> candidates;
  friend bool operator==(const AddCandidates&, const AddCandidates&) = default;
};

struct Enrolment {
  std::string voter;  ///< the roll's name for the voter
  PublicKey key;
  friend bool operator==(const Enrolment&, const Enrolment&) = default;
};

struct EnrolVoters {  ///< until the election opens; roll elections only
  ElectionId election;
  std::vector<Enrolment> voters;
  friend bool operator==(const EnrolVoters&, const EnrolVoters&) = default;
};

struct CloseElection {
  ElectionId election;
  friend bool operator==(const CloseElection&, const CloseElection&) = default;
};

// ---- by a voter, by anyone -------------------------------------------------------------------------------

struct CastVote {
  ElectionId election;
  std::uint16_t candidate = 0;  ///< index into the election's candidates
  friend bool operator==(const CastVote&, const CastVote&) = default;
};

struct Record {
  std::uint64_t nonce = 0;  ///< tells equal texts of one author apart
  std::string data;
  friend bool operator==(const Record&, const Record&) = default;
};

using Statement = std::variant<OpenElection, AddCandidates, EnrolVoters, CloseElection, CastVote, Record>;

/// A statement, who makes it, and the signature over domain, network id and body.
struct Transaction {
  PublicKey author;
  Statement statement;
  Signature signature;
  friend bool operator==(const Transaction&, const Transaction&) = default;
};

inline constexpr std::string_view kTransactionDomain = "suara.transaction";

/// body ‖ signature; body = kind ‖ author ‖ fields.
Bytes encode(const Transaction& transaction);
Bytes encode_body(const Transaction& transaction);
/// Exactly the bytes `encode` gives, or an error: sizes and counts are checked, the signature is not.
Result<Transaction> decode_transaction(ByteView bytes);

TransactionId transaction_id(const Transaction& transaction);
/// Of a transaction as `encode` gives it.
TransactionId transaction_id(ByteView encoded);
Hash256 transaction_digest(const Transaction& transaction, const NetworkId& network);
/// Makes and signs.
Transaction sign(const PrivateKey& key, const NetworkId& network, Statement statement);
[[nodiscard]] bool signature_holds(const Transaction& transaction, const NetworkId& network);

}  // namespace suara::ledger
