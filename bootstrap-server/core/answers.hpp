// The answers of one connection, in the order of its requests, each held back until the write it depends on is durable.
#pragma once

#include "bootstrap-server/core/actions.hpp"

#include <deque>
#include <string>

namespace suara::directory {

class Answers {
 public:
  enum class Then : std::uint8_t { kKeepOpen, kClose };

  explicit Answers(ConnectionId connection) : connection_(connection) {}

  /// Queues an answer, possibly of no bytes, to leave once everything up to `after` is durable.
  void add(StoreToken after, std::string bytes, Then then);
  /// What may leave now that everything up to `stored` is durable.
  void take(StoreToken stored, std::vector<Action>& actions);

  /// Too many wait, by count or size: the owner answers with an error and closes.
  [[nodiscard]] bool full() const;
  /// An answer that closes was queued: nothing after it is answered.
  [[nodiscard]] bool closing() const { return closing_; }

 private:
  struct Answer {
    StoreToken after;
    std::string bytes;
    Then then;
  };

  ConnectionId connection_;
  std::deque<Answer> waiting_;
  std::size_t waiting_size_bytes_ = 0;
  bool closing_ = false;
};

}  // namespace suara::directory
