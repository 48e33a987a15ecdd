#include "tests/differential/naive_encoding.hpp"

#include <span>

namespace suara::differential {
namespace {

std::string little_endian(std::uint64_t value, int size_bytes) {
  std::string bytes;
  for (int i = 0; i < size_bytes; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  return bytes;
}

template <class Value>
std::string raw(const Value& value) {
  return std::string(value.bytes.begin(), value.bytes.end());
}

std::string sized(const std::string& text) { return little_endian(text.size(), 4) + text; }

std::string texts(const std::vector<std::string>& list) {
  std::string bytes = little_endian(list.size(), 4);
  for (const std::string& text : list) bytes += sized(text);
  return bytes;
}

struct Fields {
  std::string operator()(const ledger::OpenElection& open) const {
    return sized(open.title) + texts(open.candidates) + little_endian(open.electorate == ledger::Electorate::kRoll, 1) +
           little_endian(open.opens_at_ms, 8) + little_endian(open.closes_at_ms, 8);
  }
  std::string operator()(const ledger::AddCandidates& add) const { return raw(add.election) + texts(add.candidates); }
  std::string operator()(const ledger::EnrolVoters& enrol) const {
    std::string bytes = raw(enrol.election) + little_endian(enrol.voters.size(), 4);
    for (const auto& voter : enrol.voters) bytes += sized(voter.voter) + raw(voter.key);
    return bytes;
  }
  std::string operator()(const ledger::CloseElection& close) const { return raw(close.election); }
  std::string operator()(const ledger::CastVote& vote) const {
    return raw(vote.election) + little_endian(vote.candidate, 2);
  }
  std::string operator()(const ledger::Record& record) const {
    return little_endian(record.nonce, 8) + sized(record.data);
  }
};

Hash256 root_of_leaves(std::span<const std::string> leaves) {
  if (leaves.empty()) return sha256(ByteView{});
  if (leaves.size() == 1) return sha256(as_bytes(std::string(1, '\0') + leaves.front()));
  std::size_t left = 1;
  while (2 * left < leaves.size()) left *= 2;
  return sha256(as_bytes(std::string(1, '\1') + raw(root_of_leaves(leaves.first(left))) +
                         raw(root_of_leaves(leaves.subspan(left)))));
}

}  // namespace

std::string encoded(const chain::Header& header) {
  return little_endian(header.version, 4) + little_endian(header.height, 8) + raw(header.previous) +
         raw(header.transactions_root) + little_endian(header.time_ms, 8) + little_endian(header.bits, 4) +
         little_endian(header.nonce, 8);
}

std::string encoded(const chain::Block& block) {
  std::string bytes = encoded(block.header) + little_endian(block.transactions.size(), 4);
  for (const auto& transaction : block.transactions) bytes += sized(encoded(transaction));
  return bytes;
}

std::string encoded_body(const ledger::Transaction& transaction) {
  return little_endian(transaction.statement.index() + 1, 1) + raw(transaction.author) +
         std::visit(Fields{}, transaction.statement);
}

std::string encoded(const ledger::Transaction& transaction) {
  return encoded_body(transaction) + raw(transaction.signature);
}

chain::BlockId id_of(const chain::Header& header) { return chain::BlockId(sha256(as_bytes(encoded(header)))); }

ledger::TransactionId id_of(const ledger::Transaction& transaction) {
  return ledger::TransactionId(sha256(as_bytes(encoded_body(transaction))));
}

Hash256 root_of(const std::vector<ledger::Transaction>& transactions) {
  std::vector<std::string> leaves;
  for (const auto& transaction : transactions) leaves.push_back(encoded(transaction));
  return root_of_leaves(leaves);
}

}  // namespace suara::differential
