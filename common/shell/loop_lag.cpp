#include "common/shell/loop_lag.hpp"

#include "common/shell/reactor_asio.hpp"

namespace suara::shell {

struct LoopLag::State : std::enable_shared_from_this<LoopLag::State> {
  State(Reactor& reactor, std::chrono::milliseconds every) : timer(io_of(reactor)), period(every) {}

  void arm() {
    // From now, not from the last deadline: a loop that stood still for a minute was late once.
    timer.expires_after(period);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& aborted) {
      if (aborted || self->stopped) return;
      self->histogram.observe(std::chrono::steady_clock::now() - self->timer.expiry());
      self->arm();
    });
  }

  boost::asio::steady_timer timer;
  const std::chrono::milliseconds period;
  DurationHistogram histogram;
  bool stopped = false;
};

LoopLag::LoopLag(Reactor& reactor, std::chrono::milliseconds period)
    : state_(std::make_shared<State>(reactor, period)) {
  state_->arm();
}

LoopLag::~LoopLag() {
  state_->stopped = true;
  state_->timer.cancel();
}

const DurationHistogram& LoopLag::histogram() const { return state_->histogram; }

}  // namespace suara::shell
