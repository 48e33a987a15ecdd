// A StoreView over ordered maps: the simulator's disk, and the tests'.
#pragma once

#include "common/store/store_view.hpp"

namespace suara::store {

class MemoryStore final : public StoreView {
 public:
  void apply(const WriteBatch& batch);

  [[nodiscard]] std::optional<std::string> get(Family family, std::string_view key) const override;
  void scan(Family family, std::string_view from, const Visitor& visit) const override;
  void scan_back(Family family, std::string_view from, const Visitor& visit) const override;

 private:
  using Keys = std::map<std::string, std::string, std::less<>>;
  std::map<Family, Keys> families_;
};

}  // namespace suara::store
