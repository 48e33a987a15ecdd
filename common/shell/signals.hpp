// Signals as tasks on the reactor.
#pragma once

#include "common/shell/reactor.hpp"

#include <functional>
#include <memory>

namespace suara::shell {

/// SIGINT and SIGTERM ask to stop, each time anew, SIGHUP to reload. SIGPIPE is ignored. When it goes the process is
/// about to end by itself: from then on all of them are ignored, so that a late one does not spoil the exit code.
class Signals {
 public:
  Signals(Reactor& reactor, std::function<void()> on_stop, std::function<void()> on_reload);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace suara::shell
