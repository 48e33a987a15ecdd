#include "peer-node/store/check.hpp"

#include "peer-node/chain/chain_state.hpp"
#include "peer-node/store/check_parts.hpp"

#include <algorithm>

namespace suara::node_store {

std::optional<chain::BlockId> id_of(std::string_view bytes) {
  chain::BlockId id;
  if (bytes.size() != id.bytes.size()) return std::nullopt;
  std::ranges::copy(as_bytes(bytes), id.bytes.begin());
  return id;
}

std::optional<std::uint64_t> height_of(std::string_view key) {
  if (key.size() != sizeof(std::uint64_t)) return std::nullopt;
  std::uint64_t height = 0;
  for (const char byte : key) height = height << 8 | static_cast<unsigned char>(byte);
  return height;
}

std::optional<chain::TreeEntry> read_entry(const store::StoreView& view, const chain::BlockId& id) {
  const auto row = view.get(kHeaders, as_text(id.view()));
  return row ? chain::decode_entry(id, *row) : std::nullopt;
}

CheckReport check_database(const CheckPorts& ports, const NetworkId& network) {
  Inspection inspection{ports, {}, network, {}};
  if (const std::string wrong = check_for_opening(ports.view); !wrong.empty()) {
    inspection.problem(kMeta, "", wrong);
    return inspection.report;
  }
  const auto spec = chain::stored_spec(ports.view);
  if (!spec) return inspection.report;  // a node that has not been told yet what it is a node of
  if (chain::network_id(*spec) != network) {
    inspection.problem(kMeta, kSpecKey, "the specification is of network " + chain::network_id(*spec).hex());
    return inspection.report;
  }
  inspection.spec = *spec;
  inspection.tip = *read_entry(ports.view, *id_of(*ports.view.get(kMeta, kTipKey)));
  inspection.report.height = inspection.tip.header.height;
  check_headers(inspection);
  check_blocks(inspection);
  if (inspection.replayed) compare_ledgers(inspection);
  check_other_rows(inspection);
  return inspection.report;
}

std::string check_for_opening(const store::StoreView& view) {
  const auto text = view.get(kMeta, kSpecKey);
  const auto tip = view.get(kMeta, kTipKey);
  if (!text) return tip ? "there is a chain, but no specification" : "";
  const auto spec = chain::parse_chain_spec(*text);
  if (!spec || chain::canonical_json(*spec) != *text) return "the chain specification cannot be read";
  const auto seen = view.get(kMeta, kHeadersSeenKey);
  if (!seen || seen->size() != sizeof(std::uint64_t)) return "the number of headers is missing";
  const auto tip_id = tip ? id_of(*tip) : std::nullopt;
  const auto entry = tip_id ? read_entry(view, *tip_id) : std::nullopt;
  if (!entry) return "the tip has no header";
  if (!entry->is(chain::TreeEntry::kConnected)) return "the tip is not on the connected chain";
  if (view.get(kHeights, height_key(entry->header.height)) != tip) return "the tip is not at its height";
  // RankedTips takes its rows to be sound; only the best is looked at, since all that there once were are slow to pass.
  const chain::RankedTips header_tips(chain::RankedTips::Kind::kHeader);
  bool best_readable = false;
  view.scan_back(kTips, header_tips.key_of({~chain::Uint256(0), 0}), [&](std::string_view, std::string_view value) {
    best_readable = id_of(value).has_value();
    return false;
  });
  if (!best_readable) return "the best header cannot be read";
  const auto best = header_tips.best(view);
  const auto best_entry = best ? read_entry(view, *best) : std::nullopt;
  if (!best_entry) return "the best header is missing";
  if (view.get(kHeaderHeights, height_key(best_entry->header.height)) != std::string(as_text(best->view()))) {
    return "the best header is not at its height";
  }
  return {};
}

}  // namespace suara::node_store
