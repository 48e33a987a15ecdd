// receipt: the proof that a transaction is in a block, kept for later.
#include "common/client/failure.hpp"
#include "common/client/node_api.hpp"
#include "common/client/output.hpp"
#include "common/client/output_file.hpp"
#include "common/util/base64.hpp"
#include "common/util/hex.hpp"
#include "peer-node/audit/audit_error.hpp"
#include "peer-node/audit/receipt.hpp"
#include "peer-node/chain/limits.hpp"
#include "vote-client/commands.hpp"

#include <boost/json/serialize.hpp>

namespace suara::voting {
namespace {

namespace json = boost::json;
using client::Exit;
using client::Failure;

Failure not_understood(const std::string& what) {
  return {Exit::kUnavailable, "bad_answer", "the node's answer is not understood: " + what};
}

template <class T>
T understood(Result<T> result) {
  if (!result) throw not_understood(result.error().message());
  return *std::move(result);
}

chain::ChainSpec spec_of(client::NodeApi& node) {
  const auto answer = node.require("/v1/spec");
  const auto* spec = answer.if_contains("spec");
  if (spec == nullptr) throw not_understood("\"spec\" is missing");
  return understood(chain::parse_chain_spec(json::serialize(*spec)));
}

std::uint32_t place_at(const json::object& proof, std::string_view name) {
  const auto number = client::number_at(proof, name);
  if (number > chain::kMaxTransactionsPerBlock) throw not_understood("\"" + std::string(name) + "\" is too large");
  return static_cast<std::uint32_t>(number);
}

void add_proof(audit::Receipt& receipt, const json::object& proof) {
  const auto header = from_hex(client::text_at(proof, "header"));
  if (!header) throw not_understood("\"header\" is not hexadecimal");
  receipt.header = understood(chain::decode_header(*header));
  if (proof.contains("seal")) {
    const auto seal = from_hex(client::text_at(proof, "seal"));
    if (!seal) throw not_understood("\"seal\" is not hexadecimal");
    receipt.seal = understood(chain::decode_seal(*seal));
  }
  receipt.index = place_at(proof, "index");
  receipt.transaction_count = place_at(proof, "transaction_count");
  for (const auto& hash : client::array_at(proof, "path")) {
    const auto value = hash.is_string() ? Hash256::from_hex(hash.get_string()) : std::nullopt;
    if (!value) throw not_understood("\"path\" holds something else than hashes");
    receipt.path.push_back(*value);
  }
}

/// As the node tells it, and checked: a receipt that does not hold would be found out too late.
audit::Receipt fetch(client::NodeApi& node, const ledger::TransactionId& id) {
  audit::Receipt receipt;
  receipt.spec = spec_of(node);
  receipt.network = chain::network_id(receipt.spec);
  receipt.id = id;
  const auto answer = node.require("/v1/transactions/" + id.hex());
  if (client::text_at(answer, "status") == "refused") {
    const auto* why = answer.if_contains("error");
    if (why == nullptr || !why->is_object()) throw not_understood("\"error\" is no object");
    throw Failure(Exit::kRefused, client::printable(client::text_at(why->get_object(), "code")),
                  "no block has it, because " + client::printable(client::text_at(why->get_object(), "message")));
  }
  const auto* proof = answer.if_contains("proof");
  if (proof == nullptr || !proof->is_object()) {
    throw Failure(Exit::kUnavailable, "not_confirmed",
                  "no block has transaction " + id.hex() + " yet; ask again when it is mined");
  }
  const auto bytes = from_base64(client::text_at(answer, "transaction"));
  if (!bytes) throw not_understood("\"transaction\" is no base64");
  receipt.transaction = understood(ledger::decode_transaction(*bytes));
  add_proof(receipt, proof->get_object());
  if (const auto held = audit::check_receipt(receipt); !held)
    throw not_understood("the proof it gives does not hold: " + held.error().message());
  return receipt;
}

}  // namespace

Exit receipt(const client::Invocation& invocation) {
  const auto& word = invocation.words().front();
  const auto id = ledger::TransactionId::from_hex(word);
  if (!id) throw client::usage_error("a transaction's id has 64 hexadecimal digits, not \"" + word + "\"");
  const auto path = invocation.find("out");
  if (path && path->empty()) throw client::usage_error("--out is empty");
  client::NodeApi node(node_urls(invocation).front());
  const auto receipt = fetch(node, *id);
  client::OutputFile out(path);
  out.write(audit::encode_receipt(receipt) + "\n");
  out.commit();
  if (!path) return Exit::kOk;  // the receipt is the output
  const auto block = chain::block_id(receipt.header).hex();
  if (invocation.json()) {
    client::print_json(
        json::object{{"file", *path}, {"transaction", id->hex()}, {"block", block}, {"height", receipt.header.height}});
  } else {
    client::print(*path + "\n  transaction  " + id->hex() + "\n  block        " +
                  std::to_string(receipt.header.height) + " " + block + "\n");
  }
  return Exit::kOk;
}

}  // namespace suara::voting
