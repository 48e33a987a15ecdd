#include "admin-client/bundle_export.hpp"

#include "common/client/failure.hpp"
#include "common/client/progress.hpp"
#include "common/util/base64.hpp"
#include "common/util/hex.hpp"
#include "peer-node/audit/audit_error.hpp"
#include "peer-node/chain/merkle.hpp"

#include <boost/json/serialize.hpp>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::Exit;
using client::Failure;

Failure not_understood(const std::string& what) {
  return {Exit::kUnavailable, "bad_answer", "the node's answer is not understood: " + what};
}

Failure reorganised() {
  return {Exit::kUnavailable, "reorganised", "the node's chain was reorganised while it was read; run this again"};
}

chain::ChainSpec spec_of(client::NodeApi& node) {
  const auto answer = node.require("/v1/spec");
  const auto* value = answer.if_contains("spec");
  if (value == nullptr) throw not_understood("\"spec\" is missing");
  auto spec = chain::parse_chain_spec(json::serialize(*value));
  if (!spec) throw not_understood(spec.error().message());
  return *std::move(spec);
}

audit::EndLine end_of(const json::object& election) {
  audit::EndLine end;
  const auto* tip = election.if_contains("tip");
  if (tip == nullptr || !tip->is_object()) throw not_understood("\"tip\" is no object");
  const auto id = chain::BlockId::from_hex(client::text_at(tip->get_object(), "id"));
  if (!id) throw not_understood("the tip's \"id\" is no block id");
  end.tip = *id;
  end.height = client::number_at(tip->get_object(), "height");
  end.tally.title = client::text_at(election, "title");
  const auto* closed_early = election.if_contains("closed_early");
  end.tally.closed_early = closed_early != nullptr && closed_early->is_bool() && closed_early->get_bool();
  const auto* enrolled = election.if_contains("enrolled");
  if (enrolled != nullptr && !enrolled->is_null()) end.tally.enrolled = client::number_at(election, "enrolled");
  end.tally.votes = client::number_at(election, "votes");
  for (const auto& candidate : client::objects_at(election, "candidates")) {
    end.tally.candidates.push_back({client::text_at(candidate, "name"), client::number_at(candidate, "votes")});
  }
  return end;
}

chain::SealedHeader read_header(const chain::ChainSpec& spec, const json::value& value) {
  const auto bytes = value.is_string() ? from_hex(value.get_string()) : std::nullopt;
  if (!bytes) throw not_understood("\"headers\" holds something else than headers");
  const auto header = chain::decode_sealed_header(spec, *bytes);
  if (!header) throw not_understood("\"headers\" holds something else than headers: " + header.error().message());
  return *header;
}

void write_line(client::OutputFile& out, const audit::BundleLine& line) { out.write(audit::encode_line(line) + "\n"); }

}  // namespace

BundleExport::BundleExport(client::NodeApi& node, const ledger::ElectionId& election, bool with_blocks)
    : node_(node), head_{{}, election, with_blocks, spec_of(node)} {
  head_.network = chain::network_id(head_.spec);
  end_ = end_of(node_.require("/v1/elections/" + election.hex()));
}

void BundleExport::write(client::OutputFile& out) {
  write_line(out, head_);
  audit::HeaderChain headers(head_.spec);
  client::Progress progress(end_.height, "blocks");
  while (headers.height() < end_.height) {
    const auto answer = node_.require("/v1/headers?limit=2000&from=" + std::to_string(headers.height() + 1));
    const auto& page = client::array_at(answer, "headers");
    if (page.empty()) throw reorganised();
    for (const auto& value : page) {
      if (headers.height() == end_.height) break;  // the chain has grown since
      const auto header = read_header(head_.spec, value);
      if (const auto added = headers.add(header); !added) {
        if (added.error() == audit::AuditError::kNotLinked) throw reorganised();
        throw not_understood("it sent a header that breaks a rule: " + added.error().message());
      }
      write_block(out, header);
      progress.show(headers.height(), 0);
    }
  }
  if (headers.tip() != end_.tip) throw reorganised();
  write_line(out, end_);
}

void BundleExport::write_block(client::OutputFile& out, const chain::SealedHeader& sealed) {
  const chain::Header& header = sealed.header;
  const auto block = body_of(header);
  if (head_.blocks) {
    transactions_ += block.transactions.size();
    return write_line(out, audit::BlockLine{block, sealed.seal});
  }
  write_line(out, audit::HeaderLine{header, sealed.seal});
  std::vector<Hash256> leaves;
  for (const auto& transaction : block.transactions) leaves.push_back(chain::leaf_hash(ledger::encode(transaction)));
  for (std::size_t i = 0; i < block.transactions.size(); ++i) {
    const auto& transaction = block.transactions[i];
    if (!audit::concerns(transaction.statement, ledger::transaction_id(transaction), head_.election)) continue;
    write_line(out,
               audit::TransactionLine{transaction, static_cast<std::uint32_t>(i),
                                      static_cast<std::uint32_t>(leaves.size()), chain::inclusion_proof(leaves, i)});
    ++transactions_;
  }
}

chain::Block BundleExport::body_of(const chain::Header& header) {
  static const Hash256 kNoTransactions = chain::merkle_root({});
  if (header.transactions_root == kNoTransactions) return {header, {}};  // nothing to ask for
  const auto answer = node_.require("/v1/blocks/" + chain::block_id(header).hex() + "/encoded");
  const auto bytes = from_base64(client::text_at(answer, "block"));
  if (!bytes) throw not_understood("\"block\" is no base64");
  auto block = chain::decode_block(*bytes);
  if (!block) throw not_understood(block.error().message());
  if (block->header != header || chain::transactions_root(block->transactions) != header.transactions_root)
    throw not_understood("it sent another block than the one that was asked for");
  return *std::move(block);
}

}  // namespace suara::admin
