// A view whose rows are read once: what was looked up is remembered, also that it was not there. For work that looks at
// the same rows again, and during which the view does not change.
#pragma once

#include "common/store/store_view.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace suara::store {

/// Remembers every row it is asked for: lives no longer than what it is for, which bounds that. Scans go to the view.
class ReadOnce final : public StoreView {
 public:
  explicit ReadOnce(const StoreView& view) : view_(view) {}

  [[nodiscard]] std::optional<std::string> get(Family family, std::string_view key) const override {
    Rows& rows = read_[family];
    if (const auto found = rows.find(key); found != rows.end()) return found->second;
    return rows.emplace(key, view_.get(family, key)).first->second;
  }
  void scan(Family family, std::string_view from, const Visitor& visit) const override {
    view_.scan(family, from, visit);
  }
  void scan_back(Family family, std::string_view from, const Visitor& visit) const override {
    view_.scan_back(family, from, visit);
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
  };
  using Rows = std::unordered_map<std::string, std::optional<std::string>, Hash, std::equal_to<>>;

  const StoreView& view_;
  mutable std::map<Family, Rows> read_;
};

}  // namespace suara::store
