// Finding an election on a node, and showing its tally.
#pragma once

#include "common/client/node_api.hpp"
#include "common/client/program.hpp"

#include <optional>
#include <string>
#include <vector>

namespace suara::client {

/// Pages of 100 that are read at most; a network with more elections is asked by id.
inline constexpr std::size_t kMaxElectionPages = 100;

std::vector<boost::json::object> all_elections(NodeApi& node);

/// The one with this id, or the newest: the one that opens last, the larger id where two do. With `open_only`, the
/// newest that is open. Throws Failure kRefused "unknown_election" when there is none.
boost::json::object find_election(NodeApi& node, const std::optional<std::string>& id, bool open_only);

void print_elections(const std::vector<boost::json::object>& elections);
void print_results(const boost::json::object& election);

/// The command `results [ID]` of both clients: the tally of one election, or of the newest.
Exit show_results(NodeApi node, const Invocation& invocation);

}  // namespace suara::client
