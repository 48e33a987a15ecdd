// How late the reactor is: a timer that should fire every second, and by how much it fires later. It says how long
// anything else waits for its turn.
#pragma once

#include "common/shell/reactor.hpp"
#include "common/util/duration_histogram.hpp"

#include <chrono>
#include <memory>

namespace suara::shell {

class LoopLag {
 public:
  explicit LoopLag(Reactor& reactor, std::chrono::milliseconds period = std::chrono::seconds(1));
  ~LoopLag();
  LoopLag(const LoopLag&) = delete;
  LoopLag& operator=(const LoopLag&) = delete;

  [[nodiscard]] const DurationHistogram& histogram() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace suara::shell
