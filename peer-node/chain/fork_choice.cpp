#include "peer-node/chain/fork_choice.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/work.hpp"
#include "peer-node/store/schema.hpp"

#include <algorithm>

namespace suara::chain {
namespace {

using node_store::kTips;

constexpr std::size_t kKeySizeBytes = 1 + 32 + 8;

}  // namespace

BlockId stored_id(std::string_view bytes) {
  BlockId id;
  CHECK(bytes.size() == id.bytes.size());
  std::ranges::copy(as_bytes(bytes), id.bytes.begin());
  return id;
}

std::string RankedTips::key_of(const Rank& rank) const {
  std::string key;
  key.reserve(kKeySizeBytes);
  key.push_back(static_cast<char>(kind_));
  key.append(as_text(to_hash(rank.work).view()));
  const std::uint64_t inverted = ~rank.seen;  // so that of equal work the first seen sorts last: best
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(inverted >> shift));
  return key;
}

void RankedTips::add(store::Draft& draft, const Rank& rank, const BlockId& id) const {
  draft.put(kTips, key_of(rank), std::string(as_text(id.view())));
}

void RankedTips::remove(store::Draft& draft, const Rank& rank) const { draft.remove(kTips, key_of(rank)); }

std::optional<BlockId> RankedTips::best(const store::StoreView& view) const {
  std::optional<BlockId> best;
  view.scan_back(kTips, key_of({~Uint256(0), 0}), [&](std::string_view key, std::string_view value) {
    if (key.front() == static_cast<char>(kind_)) best = stored_id(value);
    return false;
  });
  return best;
}

bool RankedTips::tied(const store::StoreView& view) const {
  std::string best;
  view.scan_back(kTips, key_of({~Uint256(0), 0}), [&](std::string_view key, std::string_view) {
    best = key;
    return false;
  });
  if (best.empty() || best.front() != static_cast<char>(kind_)) return false;
  // Upwards from the last seen of that work: going down from the best would meet all the ends that there once were.
  const std::string work = best.substr(0, kKeySizeBytes - sizeof(Rank::seen));
  std::size_t count = 0;
  view.scan(kTips, work, [&](std::string_view key, std::string_view) {
    if (key.starts_with(work)) ++count;
    return key < best;
  });
  return count > 1;
}

void RankedTips::remove_range(store::Draft& draft, const Uint256& from, const Uint256& to) const {
  std::vector<std::string> keys;
  const std::string last = key_of({to, 0});
  draft.scan(kTips, key_of({from, UINT64_MAX}), [&](std::string_view key, std::string_view) {
    if (key > last) return false;
    keys.emplace_back(key);
    return true;
  });
  for (const std::string& key : keys) draft.remove(kTips, key);
}

std::vector<BlockId> RankedTips::worst(const store::StoreView& view, const Uint256& from, std::size_t limit) const {
  std::vector<BlockId> ids;
  if (limit == 0) return ids;
  view.scan(kTips, key_of({from, UINT64_MAX}), [&](std::string_view key, std::string_view value) {
    if (key.front() != static_cast<char>(kind_)) return false;
    ids.push_back(stored_id(value));
    return ids.size() < limit;
  });
  return ids;
}

}  // namespace suara::chain
