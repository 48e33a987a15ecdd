// One function per route; router.cpp's table says which path leads where. All are given a query that holds only what
// the table allows, and a node whose specification is known where the table demands it.
#pragma once

#include "common/util/result.hpp"
#include "peer-node/api/message.hpp"
#include "peer-node/api/node_view.hpp"
#include "peer-node/api/query.hpp"

#include <string_view>

namespace suara::api {

/// `parameter`: the path's variable part, empty where it has none.
using Handler = Result<Answer> (*)(const NodeView& node, std::string_view parameter, const Query& query);

// routes_node.cpp
Result<Answer> status(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> peers(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> bans(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> live(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> ready(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> metrics(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> events(const NodeView& node, std::string_view parameter, const Query& query);

// routes_chain.cpp
Result<Answer> spec(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> blocks(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> block(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> encoded_block(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> headers(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> transaction(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> waiting(const NodeView& node, std::string_view parameter, const Query& query);

// routes_elections.cpp
Result<Answer> elections(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> election(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> votes(const NodeView& node, std::string_view parameter, const Query& query);
Result<Answer> roll(const NodeView& node, std::string_view parameter, const Query& query);

}  // namespace suara::api
