// The writes of one event, readable as they are made: everything an event changes leaves as one atomic batch.
#pragma once

#include "common/store/store_view.hpp"

namespace suara::store {

/// Bounded by what one event may change; lives no longer than that event.
class Draft final : public WritableView {
 public:
  explicit Draft(const StoreView& base) : base_(base) {}

  void put(Family family, std::string_view key, std::string value) override;
  void remove(Family family, std::string_view key) override;

  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// The batch, one write a key in key order; the draft is empty afterwards.
  [[nodiscard]] WriteBatch take();

  [[nodiscard]] std::optional<std::string> get(Family family, std::string_view key) const override;
  [[nodiscard]] Values get_many(Family family, const std::vector<std::string_view>& keys) const override;
  void scan(Family family, std::string_view from, const Visitor& visit) const override;
  void scan_back(Family family, std::string_view from, const Visitor& visit) const override;

 private:
  using Keys = std::map<std::string, std::optional<std::string>, std::less<>>;

  const StoreView& base_;
  std::map<Family, Keys> pending_;
  std::size_t size_ = 0;
};

}  // namespace suara::store
