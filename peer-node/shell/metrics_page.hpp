// GET /metrics of the node. What each metric counts is said by its help text, and listed in proto-docs/http.md.
#pragma once

#include "common/shell/line_network.hpp"
#include "common/shell/store_meter.hpp"
#include "peer-node/node/node.hpp"

#include <optional>
#include <string>

namespace suara::node_shell {

/// Read for one scrape.
struct MetricsContext {
  const node::Node& node;
  std::optional<chain::ChainPoint> tip;  ///< durable
  shell::LineNetworkCounters network;
  std::size_t connections;
  std::size_t send_queue_bytes;
  const shell::StoreMeter& store;
  const DurationHistogram& loop_lag;
  std::uint64_t hashes;
  double hashes_per_second;
  std::string data_folder;
  Now now;
};

std::string metrics_page(const MetricsContext& context);

}  // namespace suara::node_shell
