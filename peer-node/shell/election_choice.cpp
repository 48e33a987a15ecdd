#include "peer-node/shell/election_choice.hpp"

#include "common/util/ascii.hpp"
#include "peer-node/api/render.hpp"
#include "peer-node/shell/limits.hpp"

#include <algorithm>

namespace suara::node_shell {
std::vector<ledger::ElectionState> newest_elections(const store::StoreView& store) {
  auto elections = ledger::elections(store, std::nullopt, kMaxElectionsScanned);
  std::sort(elections.begin(), elections.end(), [](const auto& a, const auto& b) {
    if (a.definition.opens_at_ms != b.definition.opens_at_ms)
      return a.definition.opens_at_ms > b.definition.opens_at_ms;
    return a.id < b.id;
  });
  return elections;
}

const ledger::ElectionState* newest_open(const std::vector<ledger::ElectionState>& elections,
                                         const chain::ChainPoint& tip, WallTime now) {
  const auto open = std::find_if(elections.begin(), elections.end(), [&](const auto& election) {
    return api::election_phase(election, tip, now) == "open";
  });
  return open == elections.end() ? nullptr : &*open;
}

const ledger::ElectionState* named(const std::vector<ledger::ElectionState>& elections, std::string_view name) {
  constexpr std::size_t kMinIdDigits = 4;
  const auto found = std::find_if(elections.begin(), elections.end(), [&](const auto& election) {
    return election.definition.title == name ||
           (name.size() >= kMinIdDigits && election.id.hex().starts_with(ascii_lower(name)));
  });
  return found == elections.end() ? nullptr : &*found;
}

std::optional<std::uint16_t> candidate_named(const ledger::ElectionState& election, std::string_view name) {
  const auto& candidates = election.definition.candidates;
  std::optional<std::size_t> alike;
  std::size_t alikes = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i] == name) return static_cast<std::uint16_t>(i);
    if (ascii_lower(candidates[i]) == ascii_lower(name)) {
      alike = i;
      ++alikes;
    }
  }
  return alikes == 1 ? std::optional(static_cast<std::uint16_t>(*alike)) : std::nullopt;
}

}  // namespace suara::node_shell
