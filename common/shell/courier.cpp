#include "common/shell/courier.hpp"

#include "common/shell/dialer.hpp"
#include "common/shell/line_network.hpp"
#include "common/wire/limits.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace suara::shell {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

// An errand at somebody's door: the deadline closes the socket, which ends whatever is under way.
class Visit : public std::enable_shared_from_this<Visit> {
 public:
  using OnDone = std::function<void(Result<std::string>)>;

  Visit(tcp::socket connected, std::shared_ptr<const std::string> line, bool want_answer, OnDone on_done)
      : socket_(std::move(connected)),
        timer_(socket_.get_executor()),
        line_(std::move(line)),
        want_answer_(want_answer),
        on_done_(std::move(on_done)) {}

  void start(Clock::time_point deadline) {
    timer_.expires_at(deadline);
    timer_.async_wait([self = shared_from_this()](const error_code& aborted) {
      if (aborted) return;
      self->timed_out_ = true;
      error_code ignored;  // what is under way reports
      self->socket_.close(ignored);
    });
    if (!line_ || line_->empty()) return on_written({});
    asio::async_write(socket_, asio::buffer(*line_),
                      [self = shared_from_this()](const error_code& error, std::size_t) { self->on_written(error); });
  }

 private:
  void on_written(error_code error) {
    if (error) return finish(to_error(error));
    if (!want_answer_) {
      socket_.shutdown(tcp::socket::shutdown_send, error);
      return finish(error ? Result<std::string>(to_error(error)) : Result<std::string>(std::string()));
    }
    // One byte more than a line may have: its newline.
    asio::async_read_until(
        socket_, asio::dynamic_buffer(answer_, wire::kMaxUntrustedLineSizeBytes + 1), '\n',
        [self = shared_from_this()](const error_code& failed, std::size_t size) { self->on_answer(failed, size); });
  }

  void on_answer(const error_code& error, std::size_t size) {
    if (error == asio::error::not_found) return finish(Error(wire::FramingError::kLineTooLong));
    if (error) return finish(to_error(error));
    answer_.resize(size - 1);
    if (answer_.ends_with('\r')) answer_.pop_back();
    finish(std::move(answer_));
  }

  [[nodiscard]] Error to_error(const error_code& error) const {
    if (timed_out_) return NetworkError::kNoAnswer;
    if (error == asio::error::eof) return NetworkError::kPeerClosed;
    return Error(NetworkError::kReset, error.message());
  }

  void finish(Result<std::string> answer) {
    timer_.cancel();
    error_code ignored;  // nothing is left to do about a descriptor that does not close
    socket_.close(ignored);
    on_done_(std::move(answer));
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  std::shared_ptr<const std::string> line_;
  bool want_answer_;
  bool timed_out_ = false;
  OnDone on_done_;
  std::string answer_;
};

}  // namespace

Courier::Courier(asio::io_context& io, const LineNetworkOptions& options, LineNetworkCounters& counters,
                 OnProbed on_probed)
    : io_(io), options_(&options), counters_(&counters), on_probed_(std::move(on_probed)) {}

void Courier::notify(const wire::Address& address, std::shared_ptr<const std::string> line) {
  if (options_ == nullptr) return;
  if (notices_.size() >= options_->max_queued_notices) {
    notices_.pop_front();
    ++counters_->notify_dropped;
  }
  notices_.push_back({Kind::kNotice, address, std::move(line), std::nullopt});
  start_next();
}

void Courier::probe(ProbeId id, const wire::Address& address, std::shared_ptr<const std::string> line,
                    bool want_answer) {
  if (options_ == nullptr) return;
  if (probes_.size() >= options_->max_queued_probes) {
    ++counters_->probe_dropped;
    return report_overflow(id);
  }
  probes_.push_back({Kind::kProbe, address, std::move(line), id, want_answer});
  start_next();
}

void Courier::stop() {
  options_ = nullptr;
  counters_ = nullptr;
  on_probed_ = nullptr;
  notices_.clear();
  probes_.clear();
}

void Courier::report_overflow(ProbeId probe) {
  asio::post(io_, [self = shared_from_this(), probe] {
    const auto on_probed = self->on_probed_;  // stays callable if the owner stops the courier
    if (on_probed) on_probed(probe, Error(NetworkError::kTooManyErrands));
  });
}

Courier::Errand Courier::take_next() {
  const bool notice = probes_.empty() || (last_started_ == Kind::kProbe && !notices_.empty());
  auto& queue = notice ? notices_ : probes_;
  Errand next = std::move(queue.front());
  queue.pop_front();
  last_started_ = next.kind;
  return next;
}

void Courier::start_next() {
  while (options_ != nullptr && active_ < options_->max_errands && !(notices_.empty() && probes_.empty())) {
    const Errand next = take_next();
    ++active_;
    const auto deadline = Clock::now() + options_->dial;
    dial_tcp(io_, next.address, options_->dial,
             [self = shared_from_this(), next, deadline](Result<tcp::socket> socket) {
               if (!socket) return self->on_done(next.kind, next.probe, socket.error());
               self->visit(std::move(*socket), next, deadline);
             });
  }
}

void Courier::visit(tcp::socket socket, const Errand& errand, Clock::time_point deadline) {
  if (options_ == nullptr) return;
  std::make_shared<Visit>(std::move(socket), errand.line, errand.want_answer,
                          [self = shared_from_this(), kind = errand.kind, probe = errand.probe](
                              Result<std::string> answer) { self->on_done(kind, probe, std::move(answer)); })
      ->start(deadline);
}

void Courier::on_done(Kind kind, std::optional<ProbeId> probe, Result<std::string> answer) {
  --active_;
  if (options_ == nullptr) return;
  auto& counter = kind == Kind::kNotice ? (answer ? counters_->notified : counters_->notify_failed)
                                        : (answer ? counters_->probed : counters_->probe_failed);
  ++counter;
  start_next();
  const auto on_probed = on_probed_;  // stays callable if the owner stops the courier
  if (probe && on_probed) on_probed(*probe, std::move(answer));
}

}  // namespace suara::shell
