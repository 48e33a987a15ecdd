// Chain and ledger values as JSON; the members are documented in proto-docs/http.md.
#pragma once

#include "common/util/error.hpp"
#include "peer-node/chain/chain_state.hpp"
#include "peer-node/ledger/ledger.hpp"

#include <boost/json/object.hpp>

namespace suara::api {

/// {"error":{"code","message"}}.
boost::json::object render(const Error& error);

/// id, type, author, signature and the members of its kind.
boost::json::object render(const ledger::Transaction& transaction);

/// The members of a header that stand in lists of blocks.
boost::json::object render(const chain::Header& header, const chain::BlockId& id);

/// id, height, time_ms.
boost::json::object render(const chain::ChainPoint& point);

/// The later of the tip's time and the clock decides, as it will for the next block.
std::string_view election_phase(const ledger::ElectionState& election, const chain::ChainPoint& tip, WallTime now);

/// With the tally per candidate and the tip that it is of.
boost::json::object render(const ledger::ElectionState& election, const store::StoreView& store,
                           const chain::ChainPoint& tip, WallTime now);

}  // namespace suara::api
