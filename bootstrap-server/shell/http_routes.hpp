// What the directory's HTTP interface answers (proto-docs/bootstrap.md, "HTTP"): a function from a request and what the
// server knows to a response.
#pragma once

#include "bootstrap-server/core/server.hpp"
#include "bootstrap-server/shell/readiness.hpp"
#include "common/shell/http_server.hpp"
#include "common/shell/line_network.hpp"
#include "common/shell/store_meter.hpp"
#include "common/util/duration_histogram.hpp"

namespace suara::directory {

using shell::StoreMeter;

/// What the routes may show besides the core's own state.
struct HttpContext {
  const Server& server;
  Now now;
  Instant started;
  ReadinessFacts readiness;
  shell::LineNetworkCounters network;
  std::size_t send_queue_bytes;
  const StoreMeter& store;
  const DurationHistogram& loop_lag;
};

shell::HttpResponse answer_http(const shell::HttpRequest& request, const HttpContext& context);

}  // namespace suara::directory
