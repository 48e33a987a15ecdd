#include "peer-node/audit/json_members.hpp"

#include "common/util/base64.hpp"
#include "common/util/hex.hpp"
#include "peer-node/audit/audit_error.hpp"
#include "peer-node/audit/limits.hpp"
#include "peer-node/ledger/limits.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace suara::audit {

namespace json = boost::json;

namespace {

constexpr std::size_t base64_size(std::size_t size_bytes) { return (size_bytes + 2) / 3 * 4; }

}  // namespace

Error bad_line(const Error& cause) { return {AuditError::kBadLine, cause.message()}; }

Error bad_line(std::string_view member, std::string_view should_be) {
  return {AuditError::kBadLine, "\"" + std::string(member) + "\" is not " + std::string(should_be)};
}

Result<json::object> read_object(std::string_view text) {
  auto object = wire::parse_json_object(text);
  if (!object) return bad_line(object.error());
  return *std::move(object);
}

Result<Hash256> hash_member(const wire::ObjectReader& in, std::string_view name) {
  const auto text = in.text(name, 64);
  if (!text) return bad_line(text.error());
  const auto hash = Hash256::from_hex(*text);
  if (!hash) return bad_line(name, "64 hexadecimal digits");
  return *hash;
}

Result<chain::Header> header_member(const wire::ObjectReader& in) {
  const auto text = in.text("header", 2 * chain::kHeaderSizeBytes);
  if (!text) return bad_line(text.error());
  const auto bytes = from_hex(*text);
  if (!bytes) return bad_line("header", "192 hexadecimal digits");
  const auto header = chain::decode_header(*bytes);
  if (!header) return bad_line("header", "192 hexadecimal digits");
  return *header;
}

Result<std::optional<chain::Seal>> seal_member(const wire::ObjectReader& in) {
  if (!in.has("seal")) return std::optional<chain::Seal>();
  const auto text = in.text("seal", 2 * chain::kSealSizeBytes);
  if (!text) return bad_line(text.error());
  const auto bytes = from_hex(*text);
  const auto seal = bytes ? chain::decode_seal(*bytes) : Result<chain::Seal>(AuditError::kBadLine);
  if (!seal) return bad_line("seal", "256 hexadecimal digits");
  return std::optional(*seal);
}

Result<ledger::Transaction> transaction_member(const wire::ObjectReader& in) {
  const auto text = in.text("transaction", base64_size(ledger::kMaxTransactionSizeBytes));
  if (!text) return bad_line(text.error());
  const auto bytes = from_base64(*text);
  if (!bytes) return bad_line("transaction", "base64");
  auto transaction = ledger::decode_transaction(*bytes);
  if (!transaction) return bad_line(transaction.error());
  return *std::move(transaction);
}

Result<std::vector<Hash256>> path_member(const wire::ObjectReader& in) {
  const auto texts = in.texts("path", kMaxPathHashes, 64);
  if (!texts) return bad_line(texts.error());
  std::vector<Hash256> path;
  for (const std::string& text : *texts) {
    const auto hash = Hash256::from_hex(text);
    if (!hash) return bad_line("path", "a list of hashes of 64 hexadecimal digits");
    path.push_back(*hash);
  }
  return path;
}

Result<chain::ChainSpec> spec_member(const json::object& object) {
  const auto* value = object.if_contains("spec");
  if (value == nullptr || !value->is_object()) return bad_line("spec", "a chain specification");
  auto spec = chain::parse_chain_spec(json::serialize(*value));
  if (!spec) return bad_line(spec.error());
  return *std::move(spec);
}

json::array path_json(const std::vector<Hash256>& path) {
  json::array list;
  for (const Hash256& hash : path) list.emplace_back(hash.hex());
  return list;
}

json::value spec_json(const chain::ChainSpec& spec) { return json::parse(chain::canonical_json(spec)); }

}  // namespace suara::audit
