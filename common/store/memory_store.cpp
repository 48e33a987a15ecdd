#include "common/store/memory_store.hpp"

namespace suara::store {

void MemoryStore::apply(const WriteBatch& batch) {
  for (const Write& write : batch.writes()) {
    if (write.value) {
      families_[write.family].insert_or_assign(write.key, *write.value);
    } else {
      families_[write.family].erase(write.key);
    }
  }
}

std::optional<std::string> MemoryStore::get(Family family, std::string_view key) const {
  const auto keys = families_.find(family);
  if (keys == families_.end()) return std::nullopt;
  const auto found = keys->second.find(key);
  return found == keys->second.end() ? std::nullopt : std::optional<std::string>(found->second);
}

void MemoryStore::scan(Family family, std::string_view from, const Visitor& visit) const {
  const auto keys = families_.find(family);
  if (keys == families_.end()) return;
  for (auto entry = keys->second.lower_bound(from); entry != keys->second.end(); ++entry) {
    if (!visit(entry->first, entry->second)) return;
  }
}

void MemoryStore::scan_back(Family family, std::string_view from, const Visitor& visit) const {
  const auto keys = families_.find(family);
  if (keys == families_.end()) return;
  for (auto entry = std::make_reverse_iterator(keys->second.upper_bound(from)); entry != keys->second.rend(); ++entry) {
    if (!visit(entry->first, entry->second)) return;
  }
}

}  // namespace suara::store
