#include "common/shell/signals.hpp"

#include "common/shell/reactor_asio.hpp"

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <utility>

namespace suara::shell {

struct Signals::State : std::enable_shared_from_this<Signals::State> {
  State(Reactor& reactor, std::function<void()> stop, std::function<void()> reload)
      : on_stop(std::move(stop)), on_reload(std::move(reload)), set(io_of(reactor), SIGINT, SIGTERM, SIGHUP) {}

  void wait() {
    set.async_wait([weak = weak_from_this()](const boost::system::error_code& error, int signal) {
      const auto self = weak.lock();
      if (error || !self) return;
      self->wait();
      signal == SIGHUP ? self->on_reload() : self->on_stop();
    });
  }

  std::function<void()> on_stop;
  std::function<void()> on_reload;
  boost::asio::signal_set set;
};

Signals::Signals(Reactor& reactor, std::function<void()> on_stop, std::function<void()> on_reload)
    : state_(std::make_shared<State>(reactor, std::move(on_stop), std::move(on_reload))) {
  std::signal(SIGPIPE, SIG_IGN);
  state_->wait();
}

Signals::~Signals() {
  state_.reset();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);
}

}  // namespace suara::shell
