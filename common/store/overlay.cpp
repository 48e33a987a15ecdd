#include "common/store/overlay.hpp"

#include "common/util/check.hpp"

namespace suara::store {
namespace {

// Merges two sorted sources; where both have a key the pending one counts, and a pending delete hides the base's.
// `before(a, b)` orders keys in the direction of the scan; [first, last) walks pending entries in that order.
template <class Iterator, class Before, class BaseScan>
void merge(Iterator first, Iterator last, const Before& before, const BaseScan& base_scan,
           const StoreView::Visitor& visit) {
  bool more = true;
  const auto emit_pending = [&](Iterator entry) {
    if (entry->second.value) more = visit(entry->first, *entry->second.value);
  };
  base_scan([&](std::string_view key, std::string_view value) {
    while (more && first != last && before(first->first, key)) emit_pending(first++);
    if (!more) return false;
    if (first != last && first->first == key) {
      emit_pending(first++);
    } else {
      more = visit(key, value);
    }
    return more;
  });
  while (more && first != last) emit_pending(first++);
}

}  // namespace

void Overlay::add(StoreToken token, const WriteBatch& batch) {
  CHECK(in_flight_.empty() || in_flight_.back().token < token);
  InFlight entry{token, {}};
  entry.keys.reserve(batch.writes().size());
  for (const Write& write : batch.writes()) {
    pending_[write.family].insert_or_assign(write.key, Pending{write.value, token});
    entry.keys.emplace_back(write.family, write.key);
  }
  in_flight_.push_back(std::move(entry));
}

void Overlay::stored(StoreToken token) {
  while (!in_flight_.empty() && in_flight_.front().token <= token) {
    for (const auto& [family, key] : in_flight_.front().keys) {
      Keys& keys = pending_[family];
      const auto found = keys.find(key);
      if (found != keys.end() && found->second.token <= token) keys.erase(found);
    }
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
  return base_.get(family, key);
}

void Overlay::scan(Family family, std::string_view from, const Visitor& visit) const {
  const Keys* keys = keys_of(family);
  if (keys == nullptr) return base_.scan(family, from, visit);
  merge(keys->lower_bound(from), keys->end(), std::less<std::string_view>(),
        [&](const Visitor& inner) { base_.scan(family, from, inner); }, visit);
}

void Overlay::scan_back(Family family, std::string_view from, const Visitor& visit) const {
  const Keys* keys = keys_of(family);
  if (keys == nullptr) return base_.scan_back(family, from, visit);
  merge(std::make_reverse_iterator(keys->upper_bound(from)), keys->rend(), std::greater<std::string_view>(),
        [&](const Visitor& inner) { base_.scan_back(family, from, inner); }, visit);
}

}  // namespace suara::store
