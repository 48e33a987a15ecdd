#include "common/store/overlay.hpp"

#include "common/store/get_behind.hpp"
#include "common/store/merge_scan.hpp"
#include "common/util/check.hpp"

namespace suara::store {
namespace {

constexpr auto kValueOf = [](const auto& entry) -> const std::optional<std::string>& { return entry.second.value; };

}  // namespace

void Overlay::add(StoreToken token, const WriteBatch& batch) {
  CHECK(in_flight_.empty() || in_flight_.back().token < token);
  InFlight entry{token, {}, 0};
  entry.rows.reserve(batch.writes().size());
  for (const Write& write : batch.writes()) {
    const auto [row, is_new] = pending_[write.family].try_emplace(write.key);
    const bool again = !is_new && row->second.token == token;
    row->second = {write.value, token};
    if (!again) entry.rows.emplace_back(write.family, row);
    entry.size_bytes += write.key.size() + (write.value ? write.value->size() : 0);
  }
  bytes_in_flight_ += entry.size_bytes;
  in_flight_.push_back(std::move(entry));
}

void Overlay::stored(StoreToken token) {
  while (!in_flight_.empty() && in_flight_.front().token <= token) {
    for (const auto& [family, row] : in_flight_.front().rows) {
      if (row->second.token > in_flight_.front().token) continue;
      if (at_hand_.keeps(family)) at_hand_.update(family, row->first, std::move(row->second.value));
      pending_[family].erase(row);
    }
    bytes_in_flight_ -= in_flight_.front().size_bytes;
    in_flight_.pop_front();
  }
}

const Overlay::Keys* Overlay::keys_of(Family family) const {
  const auto found = pending_.find(family);
  return found == pending_.end() || found->second.empty() ? nullptr : &found->second;
}

std::optional<std::string> Overlay::get(Family family, std::string_view key) const {
  if (const Keys* keys = keys_of(family)) {
    const auto found = keys->find(key);
    if (found != keys->end()) return found->second.value;
  }
  if (!at_hand_.keeps(family)) return base_.get(family, key);
  if (const std::string* row = at_hand_.find(family, key)) return *row;
  auto value = base_.get(family, key);
  if (value) at_hand_.put(family, key, *value);
  return value;
}

StoreView::Values Overlay::get_many(Family family, const std::vector<std::string_view>& keys) const {
  if (at_hand_.keeps(family)) return StoreView::get_many(family, keys);
  const Keys* pending = keys_of(family);
  if (pending == nullptr) return base_.get_many(family, keys);
  return get_behind(base_, family, keys, [&](std::string_view key) {
    const auto found = pending->find(key);
    return found == pending->end() ? nullptr : &found->second.value;
  });
}

void Overlay::scan(Family family, std::string_view from, const Visitor& visit) const {
  const Keys* keys = keys_of(family);
  if (keys == nullptr) return base_.scan(family, from, visit);
  merge_scan(
      keys->lower_bound(from), keys->end(), std::less<std::string_view>(), kValueOf,
      [&](const Visitor& inner) { base_.scan(family, from, inner); }, visit);
}

void Overlay::scan_back(Family family, std::string_view from, const Visitor& visit) const {
  const Keys* keys = keys_of(family);
  if (keys == nullptr) return base_.scan_back(family, from, visit);
  merge_scan(
      std::make_reverse_iterator(keys->upper_bound(from)), keys->rend(), std::greater<std::string_view>(), kValueOf,
      [&](const Visitor& inner) { base_.scan_back(family, from, inner); }, visit);
}

}  // namespace suara::store
