// Recounts a bundle with no node and no network, line by line: the chain of headers from genesis and its seals, every
// body or every inclusion proof, every signature, the rules of the ledger in the chain's order, and the tally that is
// claimed.
//
// Memory: the ledger's state (elections, rolls, votes), the longest line, nothing per block. All input is untrusted.
#pragma once

#include "common/store/memory_store.hpp"
#include "peer-node/audit/bundle.hpp"
#include "peer-node/audit/header_chain.hpp"

#include <memory>
#include <optional>

namespace suara::audit {

/// What was found, once everything held.
struct Findings {
  NetworkId network;
  std::string network_name;
  ledger::ElectionId election;
  bool blocks = false;
  chain::BlockId tip;
  std::uint64_t height = 0;
  std::string work;                ///< in decimal
  std::uint64_t transactions = 0;  ///< whose signature and rules were checked
  Tally tally;
  std::vector<MinerBlocks> miners = {};  ///< every listed miner; nobody on an open network
};

class BundleAudit {
 public:
  /// The next line, without its line feed. Errors: AuditError, chain::RuleError; after one only `place` is of use.
  Result<void> take(std::string_view line);
  /// After the last line. Errors: AuditError::kTruncated.
  Result<Findings> finish() const;
  /// Where the last line taken stands: "line 12, block 10, transaction 5e...".
  [[nodiscard]] std::string place() const;

 private:
  struct Chain {
    explicit Chain(BundleHead bundle_head);
    BundleHead head;
    HeaderChain headers;
    ledger::Rules rules;
  };

  Result<void> on(BundleHead head);
  Result<void> on(const HeaderLine& line);
  Result<void> on(const BlockLine& line);
  Result<void> on(const TransactionLine& line);
  Result<void> on(const EndLine& line);
  Result<void> check_transaction(const ledger::Transaction& transaction, std::uint32_t index);

  std::uint64_t line_number_ = 0;
  std::optional<Chain> chain_;
  chain::Header block_;                               // the header of the lines that are being read
  std::optional<TransactionLine> last_;               // of this block, its transaction left out
  std::optional<ledger::TransactionId> transaction_;  // that is being checked
  store::MemoryStore store_;
  std::uint64_t transactions_ = 0;
  std::optional<Findings> findings_;
};

}  // namespace suara::audit
