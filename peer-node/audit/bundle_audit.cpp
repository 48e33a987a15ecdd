#include "peer-node/audit/bundle_audit.hpp"

#include "peer-node/audit/audit_error.hpp"
#include "peer-node/audit/limits.hpp"
#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/rules.hpp"

namespace suara::audit {
namespace {

using chain::RuleError;

Error unexpected(const char* why) { return {AuditError::kUnexpectedLine, why}; }

/// The first thing in which a recount differs from the claim.
std::string difference(const Tally& claim, const Tally& count) {
  const auto differs = [](const std::string& what, const std::string& claimed, const std::string& counted) {
    return what + ": claimed " + claimed + ", counted " + counted;
  };
  const auto numbers = [&](const std::string& what, std::uint64_t claimed, std::uint64_t counted) {
    return differs(what, std::to_string(claimed), std::to_string(counted));
  };
  if (claim.title != count.title) return differs("the title", '"' + claim.title + '"', '"' + count.title + '"');
  if (claim.candidates.size() != count.candidates.size())
    return numbers("candidates", claim.candidates.size(), count.candidates.size());
  for (std::size_t i = 0; i < count.candidates.size(); ++i) {
    const auto& claimed = claim.candidates[i];
    const auto& counted = count.candidates[i];
    if (claimed.name != counted.name)
      return differs("candidate " + std::to_string(i), '"' + claimed.name + '"', '"' + counted.name + '"');
    if (claimed.votes != counted.votes)
      return numbers("votes for \"" + counted.name + '"', claimed.votes, counted.votes);
  }
  if (claim.votes != count.votes) return numbers("all votes", claim.votes, count.votes);
  if (claim.enrolled != count.enrolled) return numbers("enrolled voters", claim.enrolled, count.enrolled);
  return differs("closed by its organiser", claim.closed_early ? "yes" : "no", count.closed_early ? "yes" : "no");
}

}  // namespace

BundleAudit::Chain::Chain(BundleHead bundle_head)
    : head(std::move(bundle_head)), headers(head.spec), rules(chain::ledger_rules(head.spec)) {}

std::string BundleAudit::place() const {
  std::string text = "line " + std::to_string(line_number_);
  if (chain_ && chain_->headers.height() != 0) text += ", block " + std::to_string(chain_->headers.height());
  if (transaction_) text += ", transaction " + transaction_->hex();
  return text;
}

Result<void> BundleAudit::take(std::string_view line) {
  ++line_number_;
  transaction_.reset();
  if (line.size() > kMaxLineSizeBytes) return Error(AuditError::kLineTooLong);
  auto decoded = decode_line(line);
  if (!decoded) return decoded.error();
  if (findings_) return unexpected("nothing may follow the line of type \"end\"");
  return std::visit([this](auto& value) { return on(std::move(value)); }, *decoded);
}

Result<void> BundleAudit::on(BundleHead head) {
  if (chain_) return unexpected("a line of type \"bundle\" stands first only");
  if (chain::network_id(head.spec) != head.network) {
    return Error(AuditError::kWrongNetwork,
                 "it hashes to " + chain::network_id(head.spec).hex() + ", named is " + head.network.hex());
  }
  chain_.emplace(std::move(head));
  return {};
}

Result<void> BundleAudit::on(const HeaderLine& line) {
  if (!chain_) return unexpected("a bundle begins with a line of type \"bundle\"");
  if (chain_->head.blocks) return unexpected("this bundle holds whole blocks, not headers");
  SUARA_TRY(chain_->headers.add({line.header, line.seal}));
  block_ = line.header;
  last_.reset();
  return {};
}

Result<void> BundleAudit::on(const BlockLine& line) {
  if (!chain_) return unexpected("a bundle begins with a line of type \"bundle\"");
  if (!chain_->head.blocks) return unexpected("this bundle holds headers, not whole blocks");
  SUARA_TRY(chain_->headers.add({line.block.header, line.seal}));
  SUARA_TRY(chain::check_block(chain_->head.spec, chain_->rules, *chain::HashedBlock::of(line.block)));
  block_ = line.block.header;
  std::uint32_t index = 0;
  for (const ledger::Transaction& transaction : line.block.transactions) {
    SUARA_TRY(check_transaction(transaction, index++));
  }
  return {};
}

Result<void> BundleAudit::on(const TransactionLine& line) {
  if (!chain_ || chain_->head.blocks || chain_->headers.height() == 0)
    return unexpected("a transaction stands below its block's header, in a bundle without blocks");
  const auto id = ledger::transaction_id(line.transaction);
  transaction_ = id;
  if (!concerns(line.transaction.statement, id, chain_->head.election)) {
    return Error(AuditError::kForeignTransaction);
  }
  const Hash256 leaf = chain::leaf_hash(ledger::encode(line.transaction));
  if (!chain::proof_holds(leaf, line.index, line.transaction_count, line.path, block_.transactions_root)) {
    return Error(AuditError::kBadProof);
  }
  if (last_ && (line.index <= last_->index || line.transaction_count != last_->transaction_count)) {
    return Error(AuditError::kTransactionsReordered);
  }
  SUARA_TRY(ledger::check_statement(chain_->rules, line.transaction));
  SUARA_TRY(check_transaction(line.transaction, line.index));
  last_.emplace();
  last_->index = line.index;
  last_->transaction_count = line.transaction_count;
  return {};
}

Result<void> BundleAudit::check_transaction(const ledger::Transaction& transaction, std::uint32_t index) {
  transaction_ = ledger::transaction_id(transaction);
  if (!ledger::signature_holds(transaction, chain_->head.network)) return Error(RuleError::kBadSignature);
  const ledger::BlockContext context{chain_->headers.tip(), block_.height, block_.time_ms};
  store::Draft draft(store_);
  SUARA_TRY(ledger::apply(chain_->rules, transaction, context, index, draft));
  store_.apply(draft.take());
  ++transactions_;
  return {};
}

Result<void> BundleAudit::on(const EndLine& line) {
  if (!chain_) return unexpected("a bundle begins with a line of type \"bundle\"");
  const HeaderChain& headers = chain_->headers;
  if (line.tip != headers.tip() || line.height != headers.height()) {
    return Error(AuditError::kWrongTip, "named is block " + std::to_string(line.height) + " " + line.tip.hex() +
                                            ", the last header is block " + std::to_string(headers.height()) + " " +
                                            headers.tip().hex());
  }
  const auto election = ledger::find_election(store_, chain_->head.election);
  if (!election) return Error(AuditError::kElectionMissing, chain_->head.election.hex());
  const Tally counted = tally_of(store_, *election);
  if (counted != line.tally) return Error(AuditError::kWrongTally, difference(line.tally, counted));
  findings_ = Findings{chain_->head.network,
                       chain_->head.spec.name,
                       chain_->head.election,
                       chain_->head.blocks,
                       line.tip,
                       line.height,
                       headers.work().str(),
                       transactions_,
                       counted,
                       headers.miners()};
  return {};
}

Result<Findings> BundleAudit::finish() const {
  if (!findings_) return Error(AuditError::kTruncated);
  return *findings_;
}

}  // namespace suara::audit
