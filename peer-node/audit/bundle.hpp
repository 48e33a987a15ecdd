// The lines of a bundle: a chain, or an election's part of it, as one file of JSON lines (proto-docs/bundle.md).
//
// A line has exactly one spelling, so that two readers of one file cannot read two things: what encode_line gives, to
// the byte. Lines are values here; what they claim is judged by BundleAudit.
#pragma once

#include "peer-node/chain/seal.hpp"
#include "peer-node/ledger/ledger.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace suara::audit {

/// The first line.
struct BundleHead {
  NetworkId network;
  ledger::ElectionId election;
  bool blocks = false;  ///< all blocks; otherwise headers and the election's transactions
  chain::ChainSpec spec;
};

/// A block's header, of a bundle without blocks.
struct HeaderLine {
  chain::Header header;
  std::optional<chain::Seal> seal = std::nullopt;  ///< on networks that list miners
};

struct BlockLine {
  chain::Block block;
  std::optional<chain::Seal> seal = std::nullopt;  ///< on networks that list miners
};

/// One of the election's transactions in the block whose header stands above, of a bundle without blocks.
struct TransactionLine {
  ledger::Transaction transaction;
  std::uint32_t index = 0;              ///< its place in the block
  std::uint32_t transaction_count = 0;  ///< how many the block has
  std::vector<Hash256> path;            ///< from the leaf up
};

/// What the node said that the votes add up to.
struct Tally {
  struct Candidate {
    std::string name;
    std::uint64_t votes = 0;
    friend bool operator==(const Candidate&, const Candidate&) = default;
  };
  std::string title;
  bool closed_early = false;
  std::uint64_t enrolled = 0;  ///< 0 in an open election
  std::uint64_t votes = 0;
  std::vector<Candidate> candidates;
  friend bool operator==(const Tally&, const Tally&) = default;
};

/// The last line.
struct EndLine {
  chain::BlockId tip;
  std::uint64_t height = 0;
  Tally tally;
};

using BundleLine = std::variant<BundleHead, HeaderLine, BlockLine, TransactionLine, EndLine>;

/// Without the line feed that ends every line of the file.
std::string encode_line(const BundleLine& line);
/// Errors: AuditError::kBadLine, kNotCanonical, kUnknownVersion. The caller has bounded the size.
Result<BundleLine> decode_line(std::string_view text);

/// Whether a statement is about the election: opens it, changes it, or votes in it. `id` is the transaction's.
[[nodiscard]] bool concerns(const ledger::Statement& statement, const ledger::TransactionId& id,
                            const ledger::ElectionId& election);

/// What the ledger in `view` says of an election.
Tally tally_of(const store::StoreView& view, const ledger::ElectionState& election);

}  // namespace suara::audit
