#include "peer-node/audit/receipt.hpp"

#include "common/util/base64.hpp"
#include "common/util/hex.hpp"
#include "peer-node/audit/audit_error.hpp"
#include "peer-node/audit/header_chain.hpp"
#include "peer-node/audit/json_members.hpp"
#include "peer-node/audit/limits.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/rules.hpp"

#include <boost/json/serialize.hpp>

namespace suara::audit {

namespace json = boost::json;

std::string encode_receipt(const Receipt& receipt) {
  json::object object{{"type", "receipt"},
                      {"version", kFormatVersion},
                      {"network", receipt.network.hex()},
                      {"id", receipt.id.hex()},
                      {"transaction", to_base64(ledger::encode(receipt.transaction))},
                      {"header", to_hex(chain::encode(receipt.header))}};
  if (receipt.seal) object["seal"] = to_hex(chain::encode(*receipt.seal));
  object["index"] = receipt.index;
  object["transaction_count"] = receipt.transaction_count;
  object["path"] = path_json(receipt.path);
  object["spec"] = spec_json(receipt.spec);
  return json::serialize(object);
}

Result<Receipt> decode_receipt(std::string_view text) {
  const auto object = read_object(text);
  if (!object) return object.error();
  const wire::ObjectReader in(*object);
  const auto type = in.text("type", 16);
  if (!type) return bad_line(type.error());
  if (*type != "receipt") return bad_line("type", "receipt");
  const auto version = in.integer("version");
  if (!version) return bad_line(version.error());
  if (*version != kFormatVersion) {
    return Error(AuditError::kUnknownVersion, "this receipt's is " + std::to_string(*version));
  }
  const auto network = hash_member(in, "network");
  if (!network) return network.error();
  const auto id = hash_member(in, "id");
  if (!id) return id.error();
  auto transaction = transaction_member(in);
  if (!transaction) return transaction.error();
  const auto header = header_member(in);
  if (!header) return header.error();
  const auto seal = seal_member(in);
  if (!seal) return seal.error();
  const auto index = in.integer("index", chain::kMaxTransactionsPerBlock);
  if (!index) return bad_line(index.error());
  const auto count = in.integer("transaction_count", chain::kMaxTransactionsPerBlock);
  if (!count) return bad_line(count.error());
  auto path = path_member(in);
  if (!path) return path.error();
  auto spec = spec_member(*object);
  if (!spec) return spec.error();
  return Receipt{NetworkId(*network),
                 *std::move(spec),
                 ledger::TransactionId(*id),
                 *std::move(transaction),
                 *header,
                 *seal,
                 static_cast<std::uint32_t>(*index),
                 static_cast<std::uint32_t>(*count),
                 *std::move(path)};
}

Result<void> check_receipt(const Receipt& receipt) {
  const NetworkId network = chain::network_id(receipt.spec);
  if (network != receipt.network) {
    return Error(AuditError::kWrongNetwork, "it hashes to " + network.hex() + ", named is " + receipt.network.hex());
  }
  const auto id = ledger::transaction_id(receipt.transaction);
  if (id != receipt.id) {
    return Error(AuditError::kWrongTransactionId, "it hashes to " + id.hex() + ", named is " + receipt.id.hex());
  }
  if (!ledger::signature_holds(receipt.transaction, receipt.network)) {
    return Error(chain::RuleError::kBadSignature, "transaction " + id.hex());
  }
  SUARA_TRY(check_seal(receipt.spec, network, {receipt.header, receipt.seal}));
  const Hash256 leaf = chain::leaf_hash(ledger::encode(receipt.transaction));
  if (!chain::proof_holds(leaf, receipt.index, receipt.transaction_count, receipt.path,
                          receipt.header.transactions_root)) {
    return Error(AuditError::kBadProof, "transaction " + id.hex());
  }
  if (receipt.spec.rule == chain::DifficultyRule::kFixed) {
    SUARA_TRY(chain::check_bits(receipt.header, receipt.spec.initial_bits));
  }
  return chain::check_work(receipt.header, chain::block_id(receipt.header));
}

}  // namespace suara::audit
