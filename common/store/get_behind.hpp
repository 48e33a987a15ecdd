// get_many for views that hide rows of another; shared by Overlay and Draft.
#pragma once

#include "common/store/store_view.hpp"

#include <cstddef>
#include <utility>

namespace suara::store {

/// `find(key)` is the value in front of the base's, none inside for a delete, or null where the base is to be asked.
template <class Find>
StoreView::Values get_behind(const StoreView& base, Family family, const std::vector<std::string_view>& keys,
                             const Find& find) {
  StoreView::Values values(keys.size());
  std::vector<std::string_view> others;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (const std::optional<std::string>* value = find(keys[i])) {
      values[i] = *value;
    } else {
      others.push_back(keys[i]);
      places.push_back(i);
    }
  }
  StoreView::Values found = base.get_many(family, others);
  for (std::size_t i = 0; i < places.size(); ++i) values[places[i]] = std::move(found[i]);
  return values;
}

}  // namespace suara::store
