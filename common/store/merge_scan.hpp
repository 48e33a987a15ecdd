// Merging a scan of a base view with sorted pending writes that hide it; shared by Overlay and Draft.
#pragma once

#include "common/store/store_view.hpp"

namespace suara::store {

/// [first, last) walks pending entries in scan order, `before` being that order; `value_of(entry)` is the pending
/// value or nullopt for a delete; `base_scan(visitor)` runs the base's scan.
template <class Iterator, class Before, class ValueOf, class BaseScan>
void merge_scan(Iterator first, Iterator last, const Before& before, const ValueOf& value_of, const BaseScan& base_scan,
                const StoreView::Visitor& visit) {
  bool more = true;
  const auto emit_pending = [&](const Iterator& entry) {
    if (const std::optional<std::string>& value = value_of(*entry)) more = visit(entry->first, *value);
  };
  base_scan([&](std::string_view key, std::string_view value) {
    while (more && first != last && before(std::string_view(first->first), key)) emit_pending(first++);
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

}  // namespace suara::store
