#include "peer-node/mempool/effects.hpp"

#include "common/store/merge_scan.hpp"
#include "common/util/check.hpp"
#include "peer-node/store/schema.hpp"

#include <algorithm>

namespace suara::mempool {
namespace {

bool is_read_by_rules(store::Family family) {
  return family == node_store::kElections || family == node_store::kVotes || family == node_store::kRoll ||
         family == node_store::kRollNames;
}

constexpr auto kValueOf = [](const auto& entry) { return std::optional<std::string>(entry.second); };

}  // namespace

void Effects::absorb(const store::WriteBatch& writes) {
  for (const store::Write& write : writes.writes()) {
    CHECK(write.value.has_value());  // transactions only ever add
    if (is_read_by_rules(write.family)) families_[write.family].insert_or_assign(write.key, *write.value);
  }
}

void Effects::forget(store::Family family, std::string_view key) {
  const auto keys = families_.find(family);
  if (keys == families_.end()) return;
  if (const auto found = keys->second.find(key); found != keys->second.end()) keys->second.erase(found);
}

const Effects::Keys& Effects::of(store::Family family) const {
  static const Keys kNone;
  const auto keys = families_.find(family);
  return keys == families_.end() ? kNone : keys->second;
}

bool Effects::empty() const {
  return std::all_of(families_.begin(), families_.end(), [](const auto& family) { return family.second.empty(); });
}

std::optional<std::string> WaitingView::get(store::Family family, std::string_view key) const {
  const Effects::Keys& keys = effects_.of(family);
  if (const auto found = keys.find(key); found != keys.end()) return found->second;
  return tip_.get(family, key);
}

void WaitingView::scan(store::Family family, std::string_view from, const Visitor& visit) const {
  const Effects::Keys& keys = effects_.of(family);
  store::merge_scan(
      keys.lower_bound(from), keys.end(), std::less<std::string_view>(), kValueOf,
      [&](const Visitor& inner) { tip_.scan(family, from, inner); }, visit);
}

void WaitingView::scan_back(store::Family family, std::string_view from, const Visitor& visit) const {
  const Effects::Keys& keys = effects_.of(family);
  store::merge_scan(
      std::make_reverse_iterator(keys.upper_bound(from)), keys.rend(), std::greater<std::string_view>(), kValueOf,
      [&](const Visitor& inner) { tip_.scan_back(family, from, inner); }, visit);
}

}  // namespace suara::mempool
