// The storage port. Cores read through a StoreView (RocksDB in production, an ordered map in simulation) and
// write by returning a WriteBatch in an action; they never see the database itself.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suara::store {

/// A column family, numbered by its position in the daemon's schema. Keys sort bytewise within a family.
using Family = std::uint8_t;

/// One write; no value means delete.
struct Write {
  Family family;
  std::string key;
  std::optional<std::string> value;
};

/// Writes that become durable together or not at all; a later write to a key wins over an earlier one.
class WriteBatch {
 public:
  void put(Family family, std::string key, std::string value) {
    writes_.push_back({family, std::move(key), std::move(value)});
  }
  void remove(Family family, std::string key) { writes_.push_back({family, std::move(key), std::nullopt}); }
  void append(WriteBatch other) {
    for (Write& write : other.writes_) writes_.push_back(std::move(write));
  }
  [[nodiscard]] const std::vector<Write>& writes() const { return writes_; }
  [[nodiscard]] bool empty() const { return writes_.empty(); }

 private:
  std::vector<Write> writes_;
};

class StoreView {
 public:
  StoreView() = default;
  StoreView(const StoreView&) = delete;
  StoreView& operator=(const StoreView&) = delete;
  virtual ~StoreView() = default;

  [[nodiscard]] virtual std::optional<std::string> get(Family family, std::string_view key) const = 0;
  /// What `get` says of each, in their order. A database finds many together in less time than one by one.
  using Values = std::vector<std::optional<std::string>>;
  [[nodiscard]] virtual Values get_many(Family family, const std::vector<std::string_view>& keys) const {
    Values values;
    values.reserve(keys.size());
    for (const std::string_view key : keys) values.push_back(get(family, key));
    return values;
  }

  /// Calls `visit(key, value)` for keys >= `from` in ascending order until it returns false or the family ends.
  using Visitor = std::function<bool(std::string_view key, std::string_view value)>;
  virtual void scan(Family family, std::string_view from, const Visitor& visit) const = 0;
  /// Likewise for keys <= `from` in descending order.
  virtual void scan_back(Family family, std::string_view from, const Visitor& visit) const = 0;
};

/// A view that takes writes, and shows them.
class WritableView : public StoreView {
 public:
  virtual void put(Family family, std::string_view key, std::string value) = 0;
  virtual void remove(Family family, std::string_view key) = 0;
};

}  // namespace suara::store
