// What a connection asked behind a request whose answer waits for something else than the disk: answers go out in the
// order of the requests, and a request sees what those before it did.
#pragma once

#include "bootstrap-server/core/events.hpp"

#include <cstddef>
#include <deque>
#include <variant>

namespace suara::directory {

class HeldRequests {
 public:
  using Held = std::variant<wire::BootstrapRequest, BadRequest>;

  explicit HeldRequests(ConnectionId connection) : connection_(connection) {}

  /// Beyond kMaxPendingAnswers, by count or size, the error that closes the connection is held in its place, and
  /// nothing after it: false.
  bool add(Held request);
  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  Held take_first();

 private:
  ConnectionId connection_;
  std::deque<Held> waiting_;
  std::size_t waiting_size_bytes_ = 0;
  bool closed_ = false;
};

}  // namespace suara::directory
