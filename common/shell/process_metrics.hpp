// What every process tells of itself under the names that Prometheus's client libraries agreed on: process_*.
#pragma once

#include "common/shell/metrics.hpp"

namespace suara::shell {

/// Read from /proc; what cannot be read is left out.
void write_process_metrics(MetricsText& text);

}  // namespace suara::shell
