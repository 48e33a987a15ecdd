#include "tests/sim/line_host.hpp"

#include "common/util/check.hpp"
#include "common/wire/limits.hpp"
#include "tests/sim/failure.hpp"

#include <algorithm>
#include <cstdio>

namespace suara::sim {
namespace {

// A core that wants ticks without end at one moment would keep a real daemon's processor busy for ever.
constexpr std::uint64_t kMaxTicksAtOnce = 100;

}  // namespace

LineHost::LineHost(Environment& environment, LineHostOptions options)
    : environment_(environment),
      options_(std::move(options)),
      id_(environment.network.add_host(options_.ip)),
      disk_(environment.scheduler, environment.rng) {}

void LineHost::start() {
  CHECK(!running_);
  running_ = true;
  trace("start");
  environment_.network.up(id_, *this, options_.port, options_.max_send_queue_bytes);
  daemon_started();
}

void LineHost::die(Death death) {
  CHECK(running_);
  running_ = false;
  ++life_;
  trace(death == Death::kPower ? "power lost" : "killed");
  environment_.network.down(id_, death);
  disk_.crash();
  framers_.clear();
  armed_.reset();
  daemon_died();
}

// ---- what happens to it --------------------------------------------------------------------------------------

void LineHost::on_opened(const Opened& what) {
  trace(what.inbound ? "accepted" : "dialed", what.remote_host);
  framers_.try_emplace(what.connection, options_.framing, wire::kMaxUntrustedLineSizeBytes);
  opened(what);
}

void LineHost::on_dial_failed(DialId dial, const Error& error) {
  trace("dial failed", error.name());
  dial_failed(dial, error);
}

void LineHost::on_bytes(ConnectionId connection, std::string_view bytes) {
  const auto find = [&] { return framers_.find(connection); };
  if (find() == framers_.end()) return;
  find()->second.feed(bytes);
  // Any line may close the connection or end the daemon.
  while (find() != framers_.end()) {
    const auto next = find()->second.next();
    if (!next) {
      framers_.erase(connection);
      trace("bad line", next.error().name());
      return bad_line(connection, next.error());
    }
    if (!*next) return;
    trace("line", **next);
    line(connection, **next);
  }
}

void LineHost::on_closed(ConnectionId connection, const Error& reason) {
  framers_.erase(connection);
  trace("closed", reason.name());
  closed(connection, reason);
}

// ---- what it asks for ----------------------------------------------------------------------------------------

void LineHost::close(ConnectionId connection) {
  framers_.erase(connection);
  environment_.network.close(connection);
}

void LineHost::set_max_line_size(ConnectionId connection, std::size_t size_bytes) {
  const auto framer = framers_.find(connection);
  if (framer != framers_.end()) framer->second.set_max_line_size(size_bytes);
}

void LineHost::store(StoreToken token, store::WriteBatch batch) {
  disk_.write(std::move(batch), [this, token] {
    trace("stored", std::to_string(token.value));
    stored(token);
  });
}

void LineHost::later(Duration delay, std::function<void()> task) {
  environment_.scheduler.after(delay, [this, life = life_, task = std::move(task)] {
    if (life == life_ && running_) task();
  });
}

void LineHost::arm() {
  if (!running_) return;
  const auto deadline = next_deadline();
  if (!deadline || (armed_ && *armed_ <= *deadline)) return;
  armed_ = *deadline;
  environment_.scheduler.at(*deadline, [this, due = *deadline, life = life_] {
    if (life == life_ && armed_ == due) tick_if_due(due);
  });
}

void LineHost::tick_if_due(Instant due) {
  armed_.reset();
  const auto deadline = next_deadline();
  if (!deadline || *deadline > due) return arm();
  const Instant present = environment_.scheduler.now();
  ticks_at_once_ = present == last_tick_ ? ticks_at_once_ + 1 : 0;
  last_tick_ = present;
  require(ticks_at_once_ < kMaxTicksAtOnce, name() + ": the next deadline stays in the past, ticks without end");
  trace("tick");
  tick();
  arm();
}

Now LineHost::now() const {
  const Instant instant = environment_.scheduler.now();
  const auto since = std::chrono::floor<std::chrono::milliseconds>(instant.time_since_epoch());
  return {instant, from_unix_ms(kStartOfTimeMs) + since + options_.clock_error};
}

void LineHost::trace(std::string_view kind, std::string_view content) {
  environment_.trace.record(environment_.scheduler.now(), id_.value, kind, content);
  if (environment_.verbose) {
    log(std::string(kind).append(" ").append(content.substr(0, std::min<std::size_t>(content.size(), 160))));
  }
}

void LineHost::log(std::string_view text) const {
  if (!environment_.verbose) return;
  const auto seconds = static_cast<double>(environment_.scheduler.now().time_since_epoch().count()) / 1e6;
  std::fprintf(stderr, "%12.6f %-10s %.*s\n", seconds, name().c_str(), static_cast<int>(text.size()), text.data());
}

}  // namespace suara::sim
