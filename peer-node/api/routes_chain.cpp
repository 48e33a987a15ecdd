#include "common/util/base64.hpp"
#include "common/util/hex.hpp"
#include "peer-node/api/api_error.hpp"
#include "peer-node/api/json_response.hpp"
#include "peer-node/api/render.hpp"
#include "peer-node/api/routes.hpp"
#include "peer-node/api/tree_cache.hpp"
#include "peer-node/chain/block_view.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace suara::api {
namespace {

namespace json = boost::json;

json::object render_summary(const chain::BlockView& block, const chain::BlockId& id) {
  json::object out = render(block.header(), id);
  out["size_bytes"] = block.encoded().size();
  out["transaction_count"] = block.transactions().size();
  return out;
}

/// 64 hex digits are an id, decimal digits a height on the best chain.
Result<chain::BlockId> read_block_name(const NodeView& node, std::string_view name) {
  if (const auto id = chain::BlockId::from_hex(name)) return *id;
  const auto height = parse_decimal(name);
  if (!height) return Error(ApiError::kBadParameter, "a block is named by its id of 64 hex digits or by its height");
  const auto id = node.chain->id_at(*node.store, *height);
  if (!id) {
    return Error(ApiError::kUnknownBlock, "the tip is at height " + std::to_string(node.tip.height));
  }
  return *id;
}

std::uint64_t confirmations(const NodeView& node, std::uint64_t height) { return node.tip.height - height + 1; }

json::value render_seal(const std::optional<chain::Seal>& seal) {
  if (!seal) return nullptr;
  return json::object{{"miner", to_hex(seal->miner.view())}, {"signature", to_hex(seal->signature.view())}};
}

/// The seal as bytes, beside the header or block it is of: no member where there is none.
void add_seal_bytes(json::object& out, const std::optional<chain::Seal>& seal) {
  if (seal) out["seal"] = to_hex(chain::encode(*seal));
}

json::object render_proof(const NodeView& node, const chain::BlockId& id, const chain::BlockView& block,
                          std::size_t index) {
  const auto hashes = node.trees != nullptr ? node.trees->proof(id, block, index) : proof_of(block, index);
  json::array path;
  for (const Hash256& hash : hashes) path.emplace_back(hash.hex());
  json::object proof{{"header", to_hex(chain::encode(block.header()))}};
  add_seal_bytes(proof, node.chain->seal(*node.store, id));
  proof["index"] = index;
  proof["transaction_count"] = block.transactions().size();
  proof["path"] = std::move(path);
  return proof;
}

/// In the mempool, or in a block that is on its way to the disk.
std::optional<ledger::Transaction> find_waiting(const NodeView& node, const ledger::TransactionId& id) {
  if (const ledger::Transaction* waiting = node.mempool->find(id)) return *waiting;
  const auto location = ledger::find_transaction(*node.ahead, id);
  const auto block = location ? chain::BlockView::find(*node.ahead, chain::BlockId(location->block)) : std::nullopt;
  if (!block || location->index >= block->transactions().size()) return std::nullopt;
  return block->transaction(location->index);
}

}  // namespace

Result<Answer> spec(const NodeView& node, std::string_view, const Query&) {
  return Answer(json_response(
      {{"network", node.chain->network().hex()}, {"spec", json::parse(chain::canonical_json(node.chain->spec()))}}));
}

Result<Answer> blocks(const NodeView& node, std::string_view, const Query& query) {
  const auto limit = query.limit(kBlocksPage);
  if (!limit) return limit.error();
  const auto from = query.number("from");
  if (!from) return from.error();
  const std::uint64_t tip = node.tip.height;
  std::uint64_t height = from->value_or(tip + 1 > *limit ? tip + 1 - *limit : 0);
  json::array list;
  std::size_t read_bytes = 0;
  while (height <= tip && list.size() < *limit && read_bytes < kMaxBodiesPerPageBytes) {
    const auto id = node.chain->id_at(*node.store, height);
    const auto block = id ? chain::BlockView::find(*node.store, *id) : std::nullopt;
    if (!block) break;
    read_bytes += block->encoded().size();
    list.push_back(render_summary(*block, *id));
    ++height;
  }
  return Answer(json_response(
      {{"blocks", std::move(list)}, {"tip", tip}, {"next", height <= tip ? json::value(height) : json::value()}}));
}

Result<Answer> block(const NodeView& node, std::string_view parameter, const Query&) {
  const auto id = read_block_name(node, parameter);
  if (!id) return id.error();
  const auto entry = node.chain->find(*node.store, *id);
  if (!entry) return Error(ApiError::kUnknownBlock);
  const auto block = chain::BlockView::find(*node.store, *id);
  if (!block) return Error(ApiError::kUnknownBlock, "its header is known, its transactions are not");
  const bool connected = entry->status == chain::BlockStatus::kConnected;
  json::object out = render_summary(*block, *id);
  out["header"] = to_hex(chain::encode(block->header()));
  out["seal"] = render_seal(node.chain->seal(*node.store, *id));
  out["on_best_chain"] = connected;
  out["confirmations"] = connected ? confirmations(node, block->header().height) : 0;
  json::array transactions;
  transactions.reserve(block->transactions().size());
  for (std::size_t i = 0; i < block->transactions().size(); ++i) transactions.push_back(render(block->transaction(i)));
  out["transactions"] = std::move(transactions);
  return Answer(json_response(out));
}

Result<Answer> encoded_block(const NodeView& node, std::string_view parameter, const Query&) {
  const auto id = read_block_name(node, parameter);
  if (!id) return id.error();
  const auto entry = node.chain->find(*node.store, *id);
  if (!entry) return Error(ApiError::kUnknownBlock);
  const auto block = chain::BlockView::find(*node.store, *id);
  if (!block) return Error(ApiError::kUnknownBlock, "its header is known, its transactions are not");
  json::object out{{"id", id->hex()},
                   {"height", block->header().height},
                   {"on_best_chain", entry->status == chain::BlockStatus::kConnected},
                   {"block", to_base64(block->encoded())}};
  add_seal_bytes(out, node.chain->seal(*node.store, *id));
  return Answer(json_response(out));
}

Result<Answer> headers(const NodeView& node, std::string_view, const Query& query) {
  const auto limit = query.limit(kHeadersPage);
  if (!limit) return limit.error();
  const auto from = query.number("from");
  if (!from) return from.error();
  const chain::ChainPoint& tip = node.tip;
  std::uint64_t height = from->value_or(0);
  json::array list;
  for (; height <= tip.height && list.size() < *limit; ++height) {
    const auto id = node.chain->id_at(*node.store, height);
    const auto entry = id ? node.chain->find(*node.store, *id) : std::nullopt;
    if (!entry) break;
    list.emplace_back(to_hex(chain::encode(chain::SealedHeader(entry->header, node.chain->seal(*node.store, *id)))));
  }
  return Answer(json_response({{"headers", std::move(list)},
                               {"tip", render(tip)},
                               {"next", height <= tip.height ? json::value(height) : json::value()}}));
}

Result<Answer> transaction(const NodeView& node, std::string_view parameter, const Query&) {
  const auto id = ledger::TransactionId::from_hex(parameter);
  if (!id) return Error(ApiError::kBadParameter, "a transaction is named by its id of 64 hex digits");
  if (const auto location = ledger::find_transaction(*node.store, *id)) {
    const chain::BlockId block_id(location->block);
    const auto block = chain::BlockView::find(*node.store, block_id);
    if (block && location->index < block->transactions().size()) {
      json::object out = render(block->transaction(location->index));
      out["transaction"] = to_base64(block->transactions()[location->index]);
      out["status"] = "confirmed";
      out["confirmations"] = confirmations(node, block->header().height);
      out["block"] = json::object{
          {"id", block_id.hex()}, {"height", block->header().height}, {"time_ms", block->header().time_ms}};
      out["proof"] = render_proof(node, block_id, *block, location->index);
      return Answer(json_response(out));
    }
  }
  if (const auto waiting = find_waiting(node, *id)) {
    json::object out = render(*waiting);
    out["transaction"] = to_base64(ledger::encode(*waiting));
    out["status"] = "pending";
    return Answer(json_response(out));
  }
  const auto why = node.why_refused ? node.why_refused(*id) : std::nullopt;
  if (!why) return Error(ApiError::kUnknownTransaction);
  json::object out = render(*why);
  out["id"] = id->hex();
  out["status"] = "refused";
  return Answer(json_response(out));
}

Result<Answer> waiting(const NodeView& node, std::string_view, const Query& query) {
  const auto limit = query.limit(kMempoolPage);
  if (!limit) return limit.error();
  json::array ids;
  for (const ledger::TransactionId& id : node.mempool->ids(*limit)) ids.emplace_back(id.hex());
  return Answer(json_response(
      {{"transactions", node.mempool->size()}, {"size_bytes", node.mempool->size_bytes()}, {"ids", std::move(ids)}}));
}

}  // namespace suara::api
