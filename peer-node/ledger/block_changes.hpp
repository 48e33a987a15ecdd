// What one block writes, kept apart until all of it has passed the rules, beside what those rows were before: the rules
// look a vote's rows up, writing them needs them again, and so does the undo data.
#pragma once

#include "common/store/draft.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suara::ledger {

/// Reads every row of the view once. Remembers each it was asked for: lives no longer than a block's check, which
/// bounds that, and during which the view must not change.
class BlockChanges final : public store::WritableView {
 public:
  explicit BlockChanges(const store::StoreView& before) : before_(before) {}

  void put(store::Family family, std::string_view key, std::string value) override;
  void remove(store::Family family, std::string_view key) override;

  [[nodiscard]] std::optional<std::string> get(store::Family family, std::string_view key) const override;
  void scan(store::Family family, std::string_view from, const Visitor& visit) const override;
  void scan_back(store::Family family, std::string_view from, const Visitor& visit) const override;

  /// Reads rows that will be asked for: together, which takes less time.
  void read_ahead(store::Family family, std::vector<std::string_view> keys);

  /// The writes go to `draft`; nothing is left here. Returns the undo data: the former value of every row written.
  std::string move_to(store::Draft& draft);

 private:
  struct Row {
    std::optional<std::string> former;
    std::optional<std::string> now;
    bool written = false;
    [[nodiscard]] const std::optional<std::string>& value() const { return written ? now : former; }
  };
  using Rows = std::map<std::string, Row, std::less<>>;

  Row& row(store::Family family, std::string_view key) const;
  void write(store::Family family, std::string_view key, std::optional<std::string> value);

  const store::StoreView& before_;
  mutable std::map<store::Family, Rows> rows_;
};

}  // namespace suara::ledger
