#include "peer-node/ledger/transaction.hpp"

#include "common/util/byte_reader.hpp"
#include "common/util/byte_writer.hpp"
#include "common/util/check.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/ledger/limits.hpp"

namespace suara::ledger {
namespace {

using chain::RuleError;

// The first byte of a transaction. Numbers are for ever: a new kind takes the next one.
enum class Kind : std::uint8_t {
  kOpenElection = 1,
  kAddCandidates = 2,
  kEnrolVoters = 3,
  kCloseElection = 4,
  kCastVote = 5,
  kRecord = 6,
};

// -- writing --

void write_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.u32(static_cast<std::uint32_t>(texts.size()));
  for (const std::string& text : texts) out.sized(text);
}

struct StatementWriter {
  ByteWriter& out;
  const PublicKey& author;

  void begin(Kind kind) const {
    out.u8(static_cast<std::uint8_t>(kind));
    out.raw(author.bytes);
  }

  void operator()(const OpenElection& open) const {
    begin(Kind::kOpenElection);
    out.sized(open.title);
    write_texts(out, open.candidates);
    out.u8(static_cast<std::uint8_t>(open.electorate));
    out.u64(open.opens_at_ms);
    out.u64(open.closes_at_ms);
  }
  void operator()(const AddCandidates& add) const {
    begin(Kind::kAddCandidates);
    out.raw(add.election.bytes);
    write_texts(out, add.candidates);
  }
  void operator()(const EnrolVoters& enrol) const {
    begin(Kind::kEnrolVoters);
    out.raw(enrol.election.bytes);
    out.u32(static_cast<std::uint32_t>(enrol.voters.size()));
    for (const Enrolment& voter : enrol.voters) {
      out.sized(voter.voter);
      out.raw(voter.key.bytes);
    }
  }
  void operator()(const CloseElection& close) const {
    begin(Kind::kCloseElection);
    out.raw(close.election.bytes);
  }
  void operator()(const CastVote& vote) const {
    begin(Kind::kCastVote);
    out.raw(vote.election.bytes);
    out.u16(vote.candidate);
  }
  void operator()(const Record& record) const {
    begin(Kind::kRecord);
    out.u64(record.nonce);
    out.sized(record.data);
  }
};

ByteWriter write_body(const Transaction& transaction) {
  ByteWriter out;
  out.reserve(256);  // a vote and its signature, without growing
  std::visit(StatementWriter{out, transaction.author}, transaction.statement);
  return out;
}

// -- reading --

constexpr std::size_t kSizePrefixBytes = 4;
constexpr std::size_t kEnrolmentMinSizeBytes = kSizePrefixBytes + sizeof(PublicKey::bytes);

std::vector<std::string> read_candidates(ByteReader& in) {
  std::vector<std::string> texts;
  const std::uint32_t count = in.count(kMaxCandidates, kSizePrefixBytes);
  texts.reserve(count);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) texts.push_back(in.sized_text(kMaxTextSizeBytes));
  return texts;
}

ElectionId read_election(ByteReader& in) {
  ElectionId election;
  in.read(election.bytes);
  return election;
}

OpenElection read_open_election(ByteReader& in) {
  OpenElection open;
  open.title = in.sized_text(kMaxTextSizeBytes);
  open.candidates = read_candidates(in);
  const std::uint8_t electorate = in.u8();
  if (electorate > static_cast<std::uint8_t>(Electorate::kRoll)) in.fail();
  open.electorate = static_cast<Electorate>(electorate);
  open.opens_at_ms = in.u64();
  open.closes_at_ms = in.u64();
  return open;
}

AddCandidates read_add_candidates(ByteReader& in) {
  AddCandidates add;
  add.election = read_election(in);
  add.candidates = read_candidates(in);
  return add;
}

EnrolVoters read_enrol_voters(ByteReader& in) {
  EnrolVoters enrol;
  enrol.election = read_election(in);
  const std::uint32_t count = in.count(kMaxEnrolments, kEnrolmentMinSizeBytes);
  enrol.voters.reserve(count);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    Enrolment& voter = enrol.voters.emplace_back();
    voter.voter = in.sized_text(kMaxTextSizeBytes);
    in.read(voter.key.bytes);
  }
  return enrol;
}

CastVote read_cast_vote(ByteReader& in) {
  CastVote vote;
  vote.election = read_election(in);
  vote.candidate = in.u16();
  return vote;
}

Record read_record(ByteReader& in) {
  Record record;
  record.nonce = in.u64();
  record.data = in.sized_text(kMaxRecordSizeBytes);
  return record;
}

Statement read_statement(Kind kind, ByteReader& in) {
  switch (kind) {
    case Kind::kOpenElection: return read_open_election(in);
    case Kind::kAddCandidates: return read_add_candidates(in);
    case Kind::kEnrolVoters: return read_enrol_voters(in);
    case Kind::kCloseElection: return CloseElection{read_election(in)};
    case Kind::kCastVote: return read_cast_vote(in);
    case Kind::kRecord: return read_record(in);
  }
  in.fail();  // a kind from outside is any byte
  return Record{};
}

}  // namespace

Bytes encode(const Transaction& transaction) {
  ByteWriter out = write_body(transaction);
  out.raw(transaction.signature.bytes);
  return out.take();
}

Bytes encode_body(const Transaction& transaction) { return write_body(transaction).take(); }

Result<Transaction> decode_transaction(ByteView bytes) {
  if (bytes.size() > kMaxTransactionSizeBytes) return Error(RuleError::kTooLarge, "a transaction");
  ByteReader in(bytes);
  Transaction transaction;
  const Kind kind{in.u8()};
  in.read(transaction.author.bytes);
  transaction.statement = read_statement(kind, in);
  in.read(transaction.signature.bytes);
  if (in.failure() == ByteReader::Failure::kTooLarge) return Error(RuleError::kTooLarge, "in a transaction");
  if (!in.finished()) return Error(RuleError::kBadEncoding, "a transaction");
  return transaction;
}

TransactionId transaction_id(const Transaction& transaction) {
  return TransactionId(sha256(write_body(transaction).view()));
}

TransactionId transaction_id(ByteView encoded) {
  CHECK(encoded.size() > sizeof(Signature::bytes));
  return TransactionId(sha256(encoded.first(encoded.size() - sizeof(Signature::bytes))));
}

Hash256 transaction_digest(const Transaction& transaction, const NetworkId& network) {
  return signing_digest(kTransactionDomain, network, write_body(transaction).view());
}

Transaction sign(const PrivateKey& key, const NetworkId& network, Statement statement) {
  Transaction transaction{key.public_key(), std::move(statement), {}};
  transaction.signature = key.sign(transaction_digest(transaction, network));
  return transaction;
}

bool signature_holds(const Transaction& transaction, const NetworkId& network) {
  return verify(transaction.author, transaction_digest(transaction, network), transaction.signature);
}

}  // namespace suara::ledger
