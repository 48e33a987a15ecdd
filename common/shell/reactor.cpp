#include "common/shell/reactor_asio.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace suara::shell {
namespace {

using SteadyClock = std::chrono::steady_clock;

SteadyClock::time_point to_steady(Instant instant) {
  return SteadyClock::time_point(std::chrono::duration_cast<SteadyClock::duration>(instant.time_since_epoch()));
}

Instant monotonic_now() {
  return Instant(std::chrono::duration_cast<Instant::duration>(SteadyClock::now().time_since_epoch()));
}

}  // namespace

void Reactor::Impl::end_turn() {
  for (const auto& task : std::exchange(after_turn_, {})) task();
}

bool Reactor::Impl::is_due() const { return deadline_ && *deadline_ <= monotonic_now(); }

// What is due already is done at the end of the turn, without a timer.
void Reactor::Impl::arm_timer() {
  if (!deadline_ || (armed_for_ && *armed_for_ <= *deadline_) || is_due()) return;
  armed_for_ = deadline_;
  timer_.expires_at(to_steady(*deadline_));
  timer_.async_wait([this](const boost::system::error_code& aborted) {
    if (aborted) return;
    armed_for_.reset();
    if (!deadline_) return;
    deadline_passed_ = is_due();
    arm_timer();
  });
}

void Reactor::Impl::run_deadline_task() {
  deadline_passed_ = false;
  if (!is_due()) return;
  deadline_.reset();
  std::exchange(deadline_task_, nullptr)();
  end_turn();
}

Reactor::Reactor() : impl_(std::make_unique<Impl>()) {}
Reactor::~Reactor() = default;

void Reactor::run() {
  auto& io = impl_->io_;
  while (!io.stopped()) {
    std::size_t handled = impl_->turn_work_pending() || impl_->is_due() ? io.poll_one() : io.run_one();
    while (handled > 0 && handled < Impl::kMaxHandlersPerTurn && !impl_->deadline_passed_ && io.poll_one() > 0)
      ++handled;
    impl_->end_turn();
    if (!io.stopped()) impl_->run_deadline_task();
  }
  io.restart();
}

void Reactor::stop() { impl_->io_.stop(); }

void Reactor::post(std::function<void()> task) { boost::asio::post(impl_->io_, std::move(task)); }

void Reactor::set_deadline(std::optional<Instant> deadline, std::function<void()> task) {
  impl_->deadline_ = deadline;
  impl_->deadline_task_ = deadline ? std::move(task) : nullptr;
  impl_->arm_timer();
}

Now Reactor::now() {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  return {monotonic_now(), WallTime(std::chrono::duration_cast<WallTime::duration>(wall))};
}

}  // namespace suara::shell
