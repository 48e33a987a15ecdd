#include "peer-node/shell/event_streams.hpp"

#include <fmt/format.h>

namespace suara::node_shell {

std::string tip_event(const chain::BlockId& id, std::uint64_t height) {
  return fmt::format("event: tip\ndata: {{\"id\":\"{}\",\"height\":{}}}\n\n", id.hex(), height);
}

void EventStreams::close() {
  for (const auto& stream : streams_) stream->close();
  streams_.clear();
}

}  // namespace suara::node_shell
