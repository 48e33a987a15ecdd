// The answers of one connection, in the order of its requests, each held back until the write it depends on is durable.
#pragma once

#include "bootstrap-server/core/actions.hpp"
#include "bootstrap-server/core/request_meter.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace suara::directory {

class Answers {
 public:
  enum class Then : std::uint8_t { kKeepOpen, kClose };

  explicit Answers(ConnectionId connection) : connection_(connection) {}

  /// A line came that will be answered; answers are added in the same order.
  void expect(const Asked& asked) { expected_.push_back(asked); }
  /// Queues an answer, possibly of no bytes, to leave once everything up to `after` is durable. `result` is for the
  /// meter.
  void add(StoreToken after, std::string bytes, Then then, std::string_view result);
  /// What may leave now that everything up to `stored` is durable.
  void take(StoreToken stored, std::vector<Action>& actions, RequestMeter& meter);

  /// Those that wait will not be true: one error instead of them all, and the end of the connection.
  void fail(std::string error, std::vector<Action>& actions);

  /// Too many wait, by count or size: the owner answers with an error and closes.
  [[nodiscard]] bool full() const;
  /// An answer that closes was queued: nothing after it is answered.
  [[nodiscard]] bool closing() const { return closing_; }

 private:
  struct Answer {
    StoreToken after;
    std::string bytes;
    Then then;
    Asked asked;
    std::string_view result;
  };

  Asked next_expected();

  ConnectionId connection_;
  std::vector<Asked> expected_;  // those before expected_begin_ have their answers
  std::size_t expected_begin_ = 0;
  std::deque<Answer> waiting_;
  std::size_t waiting_size_bytes_ = 0;
  bool closing_ = false;
};

}  // namespace suara::directory
