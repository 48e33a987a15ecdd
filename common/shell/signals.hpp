// Signals as tasks on the reactor.
#pragma once

#include "common/shell/reactor.hpp"

#include <functional>
#include <memory>

namespace suara::shell {

/// SIGINT and SIGTERM ask to stop, SIGHUP to reload. While it lives SIGPIPE is ignored.
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
