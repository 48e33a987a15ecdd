// What the directory's HTTP interface answers (proto-docs/bootstrap.md, "HTTP"): a function from a request and what the
// server knows to a response.
#pragma once

#include "bootstrap-server/core/server.hpp"
#include "common/shell/http_server.hpp"
#include "common/shell/line_network.hpp"

namespace suara::directory {

/// What the routes may show besides the core's own state.
struct HttpContext {
  const Server& server;
  Now now;
  Instant started;
  bool ready;  ///< false while shutting down
  shell::LineNetworkCounters network;
};

shell::HttpResponse answer_http(const shell::HttpRequest& request, const HttpContext& context);

}  // namespace suara::directory
