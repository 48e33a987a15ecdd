#include "peer-node/ledger/block_changes.hpp"

#include "common/store/merge_scan.hpp"
#include "peer-node/ledger/undo.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace suara::ledger {
namespace {

constexpr auto kValueOf = [](const auto& entry) -> const std::optional<std::string>& { return entry.second.value(); };

}  // namespace

BlockChanges::Row& BlockChanges::row(store::Family family, std::string_view key) const {
  Rows& rows = rows_[family];
  const auto at = rows.lower_bound(key);
  if (at != rows.end() && at->first == key) return at->second;
  return rows.emplace_hint(at, key, Row{before_.get(family, key), std::nullopt})->second;
}

void BlockChanges::read_ahead(store::Family family, std::vector<std::string_view> keys) {
  Rows& rows = rows_[family];
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  std::erase_if(keys, [&](std::string_view key) { return rows.contains(key); });
  auto values = before_.get_many(family, keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    rows.emplace_hint(rows.end(), keys[i], Row{std::move(values[i]), std::nullopt});
  }
}

void BlockChanges::write(store::Family family, std::string_view key, std::optional<std::string> value) {
  Row& written = row(family, key);
  written.now = std::move(value);
  written.written = true;
}

void BlockChanges::put(store::Family family, std::string_view key, std::string value) {
  write(family, key, std::move(value));
}

void BlockChanges::remove(store::Family family, std::string_view key) { write(family, key, std::nullopt); }

std::optional<std::string> BlockChanges::get(store::Family family, std::string_view key) const {
  return row(family, key).value();
}

void BlockChanges::scan(store::Family family, std::string_view from, const Visitor& visit) const {
  const Rows& rows = rows_[family];
  store::merge_scan(
      rows.lower_bound(from), rows.end(), std::less<std::string_view>(), kValueOf,
      [&](const Visitor& inner) { before_.scan(family, from, inner); }, visit);
}

void BlockChanges::scan_back(store::Family family, std::string_view from, const Visitor& visit) const {
  const Rows& rows = rows_[family];
  store::merge_scan(
      std::make_reverse_iterator(rows.upper_bound(from)), rows.rend(), std::greater<std::string_view>(), kValueOf,
      [&](const Visitor& inner) { before_.scan_back(family, from, inner); }, visit);
}

std::string BlockChanges::move_to(store::Draft& draft) {
  UndoWriter undo;
  for (auto& [family, rows] : rows_) {
    for (auto& [key, row] : rows) {
      if (!row.written || (!row.former && !row.now)) continue;
      undo.add(family, key, row.former);
      row.now ? draft.put(family, key, *std::move(row.now)) : draft.remove(family, key);
    }
  }
  rows_.clear();
  return std::move(undo).take();
}

}  // namespace suara::ledger
