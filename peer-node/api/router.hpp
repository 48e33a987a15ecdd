// The HTTP interface: from a request and the node's read-only side to an answer. Pure. Routes are documented in
// proto-docs/http.md and openapi.yaml.
#pragma once

#include "common/util/result.hpp"
#include "peer-node/api/message.hpp"
#include "peer-node/api/node_view.hpp"

#include <vector>

namespace suara::api {

Answer answer(const NodeView& node, const Request& request);

}  // namespace suara::api
