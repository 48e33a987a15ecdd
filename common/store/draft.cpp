#include "common/store/draft.hpp"

#include "common/store/get_behind.hpp"
#include "common/store/merge_scan.hpp"

namespace suara::store {
namespace {

constexpr auto kValueOf = [](const auto& entry) -> const std::optional<std::string>& { return entry.second; };

}  // namespace

void Draft::put(Family family, std::string_view key, std::string value) {
  pending_[family].insert_or_assign(std::string(key), std::move(value));
  ++size_;
}

// What only this draft has put is as if it had never been: a delete of a key that is not there would be in the way of
// every scan of the database until it is compacted.
void Draft::remove(Family family, std::string_view key) {
  Keys& keys = pending_[family];
  ++size_;
  const auto found = keys.find(key);
  if (found == keys.end()) {
    keys.emplace(key, std::nullopt);
  } else if (found->second && !base_.get(family, key)) {
    keys.erase(found);
  } else {
    found->second.reset();
  }
}

WriteBatch Draft::take() {
  WriteBatch batch;
  for (auto& [family, keys] : pending_) {
    while (!keys.empty()) {
      auto row = keys.extract(keys.begin());  // so that the key moves too
      row.mapped() ? batch.put(family, std::move(row.key()), *std::move(row.mapped()))
                   : batch.remove(family, std::move(row.key()));
    }
  }
  size_ = 0;
  return batch;
}

std::optional<std::string> Draft::get(Family family, std::string_view key) const {
  if (const auto keys = pending_.find(family); keys != pending_.end()) {
    if (const auto found = keys->second.find(key); found != keys->second.end()) return found->second;
  }
  return base_.get(family, key);
}

StoreView::Values Draft::get_many(Family family, const std::vector<std::string_view>& keys) const {
  const auto pending = pending_.find(family);
  if (pending == pending_.end()) return base_.get_many(family, keys);
  return get_behind(base_, family, keys, [&](std::string_view key) {
    const auto found = pending->second.find(key);
    return found == pending->second.end() ? nullptr : &found->second;
  });
}

void Draft::scan(Family family, std::string_view from, const Visitor& visit) const {
  const auto keys = pending_.find(family);
  if (keys == pending_.end()) return base_.scan(family, from, visit);
  merge_scan(
      keys->second.lower_bound(from), keys->second.end(), std::less<std::string_view>(), kValueOf,
      [&](const Visitor& inner) { base_.scan(family, from, inner); }, visit);
}

void Draft::scan_back(Family family, std::string_view from, const Visitor& visit) const {
  const auto keys = pending_.find(family);
  if (keys == pending_.end()) return base_.scan_back(family, from, visit);
  merge_scan(
      std::make_reverse_iterator(keys->second.upper_bound(from)), keys->second.rend(), std::greater<std::string_view>(),
      kValueOf, [&](const Visitor& inner) { base_.scan_back(family, from, inner); }, visit);
}

}  // namespace suara::store
