#include "bootstrap-server/core/sequences.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/store/counter.hpp"
#include "bootstrap-server/store/keys.hpp"
#include "bootstrap-server/store/schema.hpp"
#include "common/util/check.hpp"

#include <optional>
#include <string>

namespace suara::directory {
namespace {

constexpr std::string_view kCount = "sequences";
constexpr std::string_view kLastPlace = "last_sequence_place";
constexpr std::string_view kFirstPlace = "first_sequence_place";  // none before it is taken

// Half a hash: nobody finds two that agree in 16 bytes.
std::string memory_key(std::string_view network, const wire::Address& address, const PublicKey& key) {
  const Hash256 hash = sha256({as_bytes(peer_key(network, address)), key.view()});
  return std::string(as_text(hash.view().first(16)));
}

// An entry is its sequence and its place in the order of coming.
bool drop(store::Draft& draft, std::string_view key) {
  const auto entry = draft.get(kSequences, key);
  if (!entry) return false;
  CHECK(entry->size() == 16);
  draft.remove(kSequenceOrder, std::string_view(*entry).substr(8));
  draft.remove(kSequences, key);
  draft.put(kMeta, kCount, u64_key(counter(draft, kCount) - 1));
  return true;
}

void drop_oldest(store::Draft& draft) {
  std::optional<std::uint64_t> place;
  std::string key;
  draft.scan(kSequenceOrder, u64_key(counter(draft, kFirstPlace)), [&](std::string_view at, std::string_view its_key) {
    place = u64_of(at);
    key = its_key;
    return false;
  });
  CHECK(place && drop(draft, key));
  draft.put(kMeta, kFirstPlace, u64_key(*place + 1));
}

}  // namespace

std::uint64_t remembered_sequence(const store::StoreView& view, std::string_view network, const wire::Address& address,
                                  const PublicKey& key) {
  const auto entry = view.get(kSequences, memory_key(network, address, key));
  return entry ? u64_of(*entry) : 0;
}

void remember_sequence(store::Draft& draft, std::string_view network, const wire::Address& address,
                       const PublicKey& key, std::uint64_t sequence) {
  const std::string entry_key = memory_key(network, address, key);
  drop(draft, entry_key);
  if (counter(draft, kCount) >= kSequencesKept) drop_oldest(draft);
  const std::uint64_t place = counter(draft, kLastPlace) + 1;
  draft.put(kMeta, kLastPlace, u64_key(place));
  draft.put(kMeta, kCount, u64_key(counter(draft, kCount) + 1));
  draft.put(kSequences, entry_key, u64_key(sequence) + u64_key(place));
  draft.put(kSequenceOrder, u64_key(place), entry_key);
}

void forget_sequence(store::Draft& draft, std::string_view network, const wire::Address& address,
                     const PublicKey& key) {
  drop(draft, memory_key(network, address, key));
}

}  // namespace suara::directory
