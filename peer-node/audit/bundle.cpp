#include "peer-node/audit/bundle.hpp"

#include "common/util/base64.hpp"
#include "common/util/hex.hpp"
#include "peer-node/audit/audit_error.hpp"
#include "peer-node/audit/json_members.hpp"
#include "peer-node/audit/limits.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/ledger/limits.hpp"

#include <boost/json/serialize.hpp>

#include <type_traits>

namespace suara::audit {
namespace {

namespace json = boost::json;
using wire::ObjectReader;

json::object with_seal(json::object line, const std::optional<chain::Seal>& seal) {
  if (seal) line["seal"] = to_hex(chain::encode(*seal));
  return line;
}

struct Encode {
  json::object operator()(const BundleHead& head) const {
    return {{"type", "bundle"},
            {"version", kFormatVersion},
            {"network", head.network.hex()},
            {"election", head.election.hex()},
            {"blocks", head.blocks},
            {"spec", spec_json(head.spec)}};
  }
  json::object operator()(const HeaderLine& line) const {
    return with_seal({{"type", "header"}, {"header", to_hex(chain::encode(line.header))}}, line.seal);
  }
  json::object operator()(const BlockLine& line) const {
    return with_seal({{"type", "block"}, {"block", to_base64(chain::encode(line.block))}}, line.seal);
  }
  json::object operator()(const TransactionLine& line) const {
    return {{"type", "transaction"},
            {"transaction", to_base64(ledger::encode(line.transaction))},
            {"index", line.index},
            {"transaction_count", line.transaction_count},
            {"path", path_json(line.path)}};
  }
  json::object operator()(const EndLine& line) const {
    json::array candidates;
    for (const auto& [name, votes] : line.tally.candidates)
      candidates.push_back(json::object{{"name", name}, {"votes", votes}});
    return {{"type", "end"},
            {"tip", line.tip.hex()},
            {"height", line.height},
            {"title", line.tally.title},
            {"closed_early", line.tally.closed_early},
            {"enrolled", line.tally.enrolled},
            {"votes", line.tally.votes},
            {"candidates", std::move(candidates)}};
  }
};

Result<BundleLine> decode_head(const ObjectReader& in, const json::object& object) {
  const auto version = in.integer("version");
  if (!version) return bad_line(version.error());
  if (*version != kFormatVersion)
    return Error(AuditError::kUnknownVersion, "this bundle's is " + std::to_string(*version));
  BundleHead head;
  const auto network = hash_member(in, "network");
  if (!network) return network.error();
  const auto election = hash_member(in, "election");
  if (!election) return election.error();
  const auto blocks = in.boolean("blocks");
  if (!blocks) return bad_line(blocks.error());
  auto spec = spec_member(object);
  if (!spec) return spec.error();
  return BundleLine(BundleHead{NetworkId(*network), ledger::ElectionId(*election), *blocks, *std::move(spec)});
}

Result<BundleLine> decode_header(const ObjectReader& in) {
  const auto header = header_member(in);
  if (!header) return header.error();
  const auto seal = seal_member(in);
  if (!seal) return seal.error();
  return BundleLine(HeaderLine{*header, *seal});
}

Result<BundleLine> decode_block(const ObjectReader& in) {
  const auto text = in.text("block", kMaxLineSizeBytes);
  if (!text) return bad_line(text.error());
  const auto bytes = from_base64(*text);
  if (!bytes) return bad_line("block", "base64");
  auto block = chain::decode_block(*bytes);
  if (!block) return bad_line(block.error());
  const auto seal = seal_member(in);
  if (!seal) return seal.error();
  return BundleLine(BlockLine{*std::move(block), *seal});
}

Result<BundleLine> decode_transaction(const ObjectReader& in) {
  auto transaction = transaction_member(in);
  if (!transaction) return transaction.error();
  const auto index = in.integer("index", chain::kMaxTransactionsPerBlock);
  if (!index) return bad_line(index.error());
  const auto count = in.integer("transaction_count", chain::kMaxTransactionsPerBlock);
  if (!count) return bad_line(count.error());
  auto path = path_member(in);
  if (!path) return path.error();
  return BundleLine(TransactionLine{*std::move(transaction), static_cast<std::uint32_t>(*index),
                                    static_cast<std::uint32_t>(*count), *std::move(path)});
}

Result<Tally> decode_tally(const ObjectReader& in) {
  const auto title = in.text("title", ledger::kMaxTextSizeBytes);
  if (!title) return bad_line(title.error());
  const auto closed_early = in.boolean("closed_early");
  if (!closed_early) return bad_line(closed_early.error());
  const auto enrolled = in.integer("enrolled");
  if (!enrolled) return bad_line(enrolled.error());
  const auto votes = in.integer("votes");
  if (!votes) return bad_line(votes.error());
  const auto candidates = in.objects("candidates", ledger::kMaxCandidates);
  if (!candidates) return bad_line(candidates.error());
  Tally tally{*title, *closed_early, *enrolled, *votes, {}};
  for (const ObjectReader& candidate : *candidates) {
    const auto name = candidate.text("name", ledger::kMaxTextSizeBytes);
    if (!name) return bad_line(name.error());
    const auto count = candidate.integer("votes");
    if (!count) return bad_line(count.error());
    tally.candidates.push_back({*name, *count});
  }
  return tally;
}

Result<BundleLine> decode_end(const ObjectReader& in) {
  const auto tip = hash_member(in, "tip");
  if (!tip) return tip.error();
  const auto height = in.integer("height");
  if (!height) return bad_line(height.error());
  auto tally = decode_tally(in);
  if (!tally) return tally.error();
  return BundleLine(EndLine{chain::BlockId(*tip), *height, *std::move(tally)});
}

Result<BundleLine> decode_any(const json::object& object) {
  const ObjectReader in(object);
  const auto type = in.text("type", 16);
  if (!type) return bad_line(type.error());
  if (*type == "bundle") return decode_head(in, object);
  if (*type == "header") return decode_header(in);
  if (*type == "block") return decode_block(in);
  if (*type == "transaction") return decode_transaction(in);
  if (*type == "end") return decode_end(in);
  return bad_line("type", "bundle, header, block, transaction or end");
}

}  // namespace

std::string encode_line(const BundleLine& line) { return json::serialize(std::visit(Encode{}, line)); }

Result<BundleLine> decode_line(std::string_view text) {
  const auto object = read_object(text);
  if (!object) return object.error();
  auto line = decode_any(*object);
  if (line && encode_line(*line) != text) return Error(AuditError::kNotCanonical);
  return line;
}

bool concerns(const ledger::Statement& statement, const ledger::TransactionId& id, const ledger::ElectionId& election) {
  return std::visit(
      [&](const auto& s) {
        using Kind = std::decay_t<decltype(s)>;
        if constexpr (std::is_same_v<Kind, ledger::OpenElection>) {
          return ledger::ElectionId(id) == election;
        } else if constexpr (std::is_same_v<Kind, ledger::Record>) {
          return false;
        } else {
          return s.election == election;
        }
      },
      statement);
}

Tally tally_of(const store::StoreView& view, const ledger::ElectionState& election) {
  Tally tally{election.definition.title, election.closed_early, election.enrolled, election.votes, {}};
  const auto votes = ledger::tally(view, election);
  for (std::size_t i = 0; i < votes.size(); ++i) {
    tally.candidates.push_back({election.definition.candidates[i], votes[i]});
  }
  return tally;
}

}  // namespace suara::audit
