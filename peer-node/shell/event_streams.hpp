// The clients of /v1/events: each new tip is written to all of them.
#pragma once

#include "common/shell/http_server.hpp"
#include "peer-node/chain/chain_state.hpp"

#include <memory>
#include <string>
#include <vector>

namespace suara::node_shell {

/// One server-sent event.
std::string tip_event(const chain::BlockId& id, std::uint64_t height);

class EventStreams {
 public:
  void add(std::shared_ptr<shell::HttpStream> stream) { streams_.push_back(std::move(stream)); }
  /// Forgets whoever has gone or does not read.
  void write(const std::string& event) {
    std::erase_if(streams_, [&](const auto& stream) { return !stream->write(event); });
  }
  void close();

 private:
  std::vector<std::shared_ptr<shell::HttpStream>> streams_;  // bounded by the server's connections
};

}  // namespace suara::node_shell
