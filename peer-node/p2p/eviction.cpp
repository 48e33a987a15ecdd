#include "peer-node/p2p/eviction.hpp"

#include "peer-node/p2p/limits.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace suara::p2p {
namespace {

using Candidates = std::vector<EvictionCandidate>;

bool older(const EvictionCandidate& a, const EvictionCandidate& b) {
  return std::pair(a.connected_at, a.connection) < std::pair(b.connected_at, b.connection);
}

/// Takes out the `count` best, of those only that have anything to show.
template <class Better, class Qualifies>
void protect(Candidates& candidates, std::size_t count, const Better& better, const Qualifies& qualifies) {
  std::ranges::sort(candidates, [&](const auto& a, const auto& b) {
    if (qualifies(a) != qualifies(b)) return qualifies(a);
    if (qualifies(a) && better(a, b)) return true;
    if (qualifies(a) && better(b, a)) return false;
    return older(a, b);
  });
  const auto end = std::ranges::find_if_not(candidates.begin(), candidates.end(), qualifies);
  const auto protectable = static_cast<std::size_t>(end - candidates.begin());
  candidates.erase(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(std::min(count, protectable)));
}

void protect_groups(Candidates& candidates) {
  std::ranges::sort(candidates,
                    [](const auto& a, const auto& b) { return a.group != b.group ? a.group > b.group : older(a, b); });
  std::set<std::uint64_t> seen;
  std::erase_if(candidates, [&](const EvictionCandidate& candidate) {
    return seen.size() < kProtectedGroups && seen.insert(candidate.group).second;
  });
}

}  // namespace

std::optional<ConnectionId> choose_evicted(std::vector<EvictionCandidate> candidates) {
  protect_groups(candidates);
  protect(
      candidates, kProtectedByPing, [](const auto& a, const auto& b) { return *a.min_ping < *b.min_ping; },
      [](const auto& each) { return each.min_ping.has_value(); });
  protect(
      candidates, kProtectedByTransactions,
      [](const auto& a, const auto& b) { return *a.last_transaction_at > *b.last_transaction_at; },
      [](const auto& each) { return each.last_transaction_at.has_value(); });
  protect(
      candidates, kProtectedByBlocks, [](const auto& a, const auto& b) { return *a.last_block_at > *b.last_block_at; },
      [](const auto& each) { return each.last_block_at.has_value(); });
  protect(candidates, (candidates.size() + 1) / 2, older, [](const auto&) { return true; });
  if (candidates.empty()) return std::nullopt;

  std::ranges::sort(candidates, older);
  std::map<std::uint64_t, std::size_t> sizes;
  for (const EvictionCandidate& candidate : candidates) ++sizes[candidate.group];
  const EvictionCandidate* evicted = &candidates.front();
  for (const EvictionCandidate& candidate : candidates) {
    if (sizes[candidate.group] >= sizes[evicted->group]) evicted = &candidate;  // the youngest comes last
  }
  return evicted->connection;
}

}  // namespace suara::p2p
