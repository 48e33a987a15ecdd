// Rows of a view's busiest families that were read last, so that what is looked at again and again does not cost the
// database a search each time.
#pragma once

#include "common/store/store_view.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace suara::store {

class RowCache {
 public:
  struct Options {
    std::vector<Family> families;  ///< whose rows are kept
    std::size_t max_rows = 0;      ///< of all of them; beyond, what was not looked at for longest goes
  };
  explicit RowCache(Options options) : options_(std::move(options)) {}

  [[nodiscard]] bool keeps(Family family) const { return std::ranges::count(options_.families, family) > 0; }
  [[nodiscard]] std::size_t rows() const { return order_.size(); }

  /// nullptr for what is not kept; valid until the next put.
  [[nodiscard]] const std::string* find(Family family, std::string_view key) {
    Rows& rows = rows_[family];
    const auto found = rows.find(key);
    if (found == rows.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    return &found->second->value;
  }

  void put(Family family, std::string_view key, std::string value) {
    erase(family, key);
    order_.push_front({family, std::string(key), std::move(value)});
    rows_[family].emplace(order_.front().key, order_.begin());
    if (order_.size() > options_.max_rows) erase(order_.back().family, order_.back().key);
  }

  /// What the row is now, none for gone. Only a row that is kept is changed: what is written need not be read soon.
  void update(Family family, std::string_view key, std::optional<std::string> value) {
    if (!value) return erase(family, key);
    Rows& rows = rows_[family];
    const auto found = rows.find(key);
    if (found == rows.end()) return;
    found->second->value = *std::move(value);
    order_.splice(order_.begin(), order_, found->second);
  }

  void erase(Family family, std::string_view key) {
    Rows& rows = rows_[family];
    const auto found = rows.find(key);
    if (found == rows.end()) return;
    const auto row = found->second;
    rows.erase(found);
    order_.erase(row);
  }

 private:
  struct Row {
    Family family;
    std::string key;
    std::string value;
  };
  using Rows = std::unordered_map<std::string_view, std::list<Row>::iterator>;  // names are the rows' own keys

  Options options_;
  std::list<Row> order_;  // what was looked at last comes first
  std::map<Family, Rows> rows_;
};

}  // namespace suara::store
