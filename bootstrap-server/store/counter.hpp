// Single numbers of the family kMeta.
#pragma once

#include "bootstrap-server/store/keys.hpp"
#include "bootstrap-server/store/schema.hpp"

namespace suara::directory {

/// 0 before it was first written.
inline std::uint64_t counter(const store::StoreView& view, std::string_view name) {
  const auto value = view.get(kMeta, name);
  return value ? u64_of(*value) : 0;
}

}  // namespace suara::directory
