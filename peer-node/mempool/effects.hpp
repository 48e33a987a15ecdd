// What waiting transactions will have done to the ledger once they are in blocks, as one layer over the tip's state.
// The ledger's own rules then judge a newcomer against both, and no rule is written twice.
#pragma once

#include "common/store/store_view.hpp"

#include <map>
#include <string>

namespace suara::mempool {

/// Only what rules read: elections, votes and rolls. Tallies and locations differ with every block and are left out.
class Effects {
 public:
  /// Takes over the writes of a transaction that passed the rules.
  void absorb(const store::WriteBatch& writes);
  void forget(store::Family family, std::string_view key);

  using Keys = std::map<std::string, std::string, std::less<>>;
  [[nodiscard]] const Keys& of(store::Family family) const;
  [[nodiscard]] bool empty() const;

 private:
  std::map<store::Family, Keys> families_;
};

/// The tip's state with those effects; lives for one call, so that neither has to stay where it is.
class WaitingView final : public store::StoreView {
 public:
  WaitingView(const Effects& effects, const store::StoreView& tip) : effects_(effects), tip_(tip) {}

  [[nodiscard]] std::optional<std::string> get(store::Family family, std::string_view key) const override;
  void scan(store::Family family, std::string_view from, const Visitor& visit) const override;
  void scan_back(store::Family family, std::string_view from, const Visitor& visit) const override;

 private:
  const Effects& effects_;
  const store::StoreView& tip_;
};

}  // namespace suara::mempool
