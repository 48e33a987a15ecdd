// Which election a person at the console means.
#pragma once

#include "peer-node/chain/chain_state.hpp"
#include "peer-node/ledger/ledger.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace suara::node_shell {

/// Newest first: by opening time, ties by id. At most kMaxElectionsScanned.
std::vector<ledger::ElectionState> newest_elections(const store::StoreView& store);

/// The first that is open; `elections` newest first.
const ledger::ElectionState* newest_open(const std::vector<ledger::ElectionState>& elections,
                                         const chain::ChainPoint& tip, WallTime now);

/// By id, by the beginning of an id (at least 4 digits) or by title; the newest where several fit.
const ledger::ElectionState* named(const std::vector<ledger::ElectionState>& elections, std::string_view name);

/// By exact name, else by name without regard to ASCII case where only one fits.
std::optional<std::uint16_t> candidate_named(const ledger::ElectionState& election, std::string_view name);

}  // namespace suara::node_shell
