#include "common/shell/http_session.hpp"

#include "common/shell/logging.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <utility>

namespace suara::shell {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// What a client may still send while we wait for it to go; more closes at once.
constexpr std::size_t kMaxDroppedBytes = 256 * 1024;

class StreamHandle final : public HttpStream {
 public:
  explicit StreamHandle(std::weak_ptr<HttpSession> session) : session_(std::move(session)) {}
  ~StreamHandle() override { StreamHandle::close(); }
  StreamHandle(const StreamHandle&) = delete;
  StreamHandle& operator=(const StreamHandle&) = delete;

  bool write(std::string_view bytes) override {
    const auto session = session_.lock();
    return session && session->write_stream(bytes);
  }
  void close() override {
    if (const auto session = session_.lock()) session->close_stream();
  }

 private:
  std::weak_ptr<HttpSession> session_;
};

}  // namespace

HttpSession::HttpSession(HttpSessionOwner& owner, tcp::socket socket, std::string remote_host,
                         const HttpServerOptions& options)
    : owner_(&owner),
      socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      remote_host_(std::move(remote_host)),
      options_(options),
      reader_(options.max_header_size_bytes, options.max_body_size_bytes) {}

void HttpSession::start() {
  set_timer(options_.idle_timeout);
  read();
}

void HttpSession::refuse(const HttpResponse& answer) {
  close_after_answer_ = true;
  write(to_bytes(answer, false, false));
}

// ---- reading ---------------------------------------------------------------------------------------------------

void HttpSession::read() {
  if (std::exchange(reading_, true)) return;
  socket_.async_read_some(asio::buffer(received_),
                          [self = shared_from_this()](const error_code& error, std::size_t size) {
                            self->reading_ = false;
                            if (self->state_ == State::kClosed) return;
                            if (error) return self->end();
                            self->on_read({self->received_.data(), size});
                          });
}

void HttpSession::on_read(std::string_view bytes) {
  if (state_ == State::kReading) return follow(reader_.feed(bytes));
  // A stream's client has nothing to say; reading only finds out when it goes.
  if (state_ == State::kLingering) {
    dropped_bytes_ += bytes.size();
    if (dropped_bytes_ > kMaxDroppedBytes) return end();
  }
  read();
}

void HttpSession::follow(HttpRequestReader::Step step) {
  switch (step) {
    case HttpRequestReader::Step::kNeedsMore:
      if (reader_.has_begun() && !std::exchange(request_timed_, true)) set_timer(options_.request_timeout);
      return read();
    case HttpRequestReader::Step::kExpectsContinue:
      asio::async_write(socket_, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")),
                        [self = shared_from_this()](const error_code& error, std::size_t) {
                          if (error) return self->end();
                          if (self->state_ == State::kReading) self->read();
                        });
      return;
    case HttpRequestReader::Step::kComplete: return dispatch();
    case HttpRequestReader::Step::kFailed:
      close_after_answer_ = true;
      return write(to_bytes(reader_.failure(), false, false));
  }
}

// ---- answering -------------------------------------------------------------------------------------------------

void HttpSession::dispatch() {
  HttpRequest request = reader_.take();
  request.remote_host = remote_host_;
  state_ = State::kAnswering;
  set_timer(options_.answer_timeout);
  const std::uint64_t number = ++request_number_;
  auto respond = [weak = weak_from_this(), number](const HttpResponse& response) {
    const auto self = weak.lock();
    if (self && self->state_ == State::kAnswering && self->request_number_ == number) self->answer(response);
  };
  const auto keep_alive = shared_from_this();
  try {
    owner_->on_request(std::move(request), respond);
  } catch (const std::exception& unexpected) {
    log(Severity::kError, std::string("answering an HTTP request failed: ") + unexpected.what());
    respond(http_error(500, "internal", "the request could not be answered"));
  }
}

void HttpSession::answer(const HttpResponse& response) {
  const bool head = reader_.is_head();
  if (!reader_.keeps_alive()) close_after_answer_ = true;
  if (response.on_stream && !head) return begin_stream(response);
  write(to_bytes(response, head, !close_after_answer_));
}

void HttpSession::write(std::string bytes) {
  state_ = State::kWriting;
  set_timer(options_.write_timeout);
  writing_bytes_ = std::move(bytes);
  asio::async_write(socket_, asio::buffer(writing_bytes_),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      if (self->state_ == State::kClosed) return;
                      if (error) return self->end();
                      self->on_written();
                    });
}

void HttpSession::on_written() {
  writing_bytes_.clear();
  if (close_after_answer_) return linger();
  state_ = State::kReading;
  request_timed_ = false;
  set_timer(options_.idle_timeout);
  follow(reader_.resume());
}

// ---- streaming -------------------------------------------------------------------------------------------------

void HttpSession::begin_stream(const HttpResponse& response) {
  state_ = State::kStreaming;
  timer_.cancel();
  ++timer_number_;
  pending_bytes_ = to_bytes(response, false, false);
  pump_stream();
  if (state_ != State::kStreaming) return;
  read();
  response.on_stream(std::make_shared<StreamHandle>(weak_from_this()));
}

bool HttpSession::write_stream(std::string_view bytes) {
  if (state_ != State::kStreaming || stream_ended_) return false;
  const std::size_t queued_bytes = writing_bytes_.size() + pending_bytes_.size();
  if (queued_bytes > 0 && queued_bytes + bytes.size() > options_.max_stream_queue_bytes) {
    end();
    return false;
  }
  pending_bytes_ += bytes;
  pump_stream();
  return true;
}

void HttpSession::close_stream() {
  if (state_ != State::kStreaming) return;
  stream_ended_ = true;
  pump_stream();
}

void HttpSession::pump_stream() {
  if (writing_) return;
  if (pending_bytes_.empty()) {
    if (stream_ended_) linger();
    return;
  }
  writing_ = true;
  set_timer(options_.write_timeout);
  writing_bytes_ = std::exchange(pending_bytes_, {});
  asio::async_write(socket_, asio::buffer(writing_bytes_),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      self->writing_ = false;
                      self->writing_bytes_.clear();
                      if (self->state_ != State::kStreaming) return;
                      if (error) return self->end();
                      ++self->timer_number_;  // a stream may rest as long as it likes
                      self->pump_stream();
                    });
}

// ---- closing ---------------------------------------------------------------------------------------------------

void HttpSession::close_when_done() {
  if (state_ == State::kStreaming) return close_stream();
  if (state_ == State::kReading && !reader_.has_begun()) return end();
  close_after_answer_ = true;
  stream_ended_ = true;
}

void HttpSession::linger() {
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  if (error) return end();
  state_ = State::kLingering;
  set_timer(options_.linger);
  read();
}

void HttpSession::end() {
  if (std::exchange(state_, State::kClosed) == State::kClosed) return;
  timer_.cancel();
  error_code ignored;  // nothing is left to do about a descriptor that does not close
  socket_.close(ignored);
  HttpSessionOwner* const owner = std::exchange(owner_, nullptr);
  if (owner != nullptr) owner->on_gone(*this);
}

void HttpSession::abandon() {
  owner_ = nullptr;
  end();
}

// ---- deadlines -------------------------------------------------------------------------------------------------

void HttpSession::set_timer(std::chrono::milliseconds after) {
  timer_.expires_after(after);
  timer_.async_wait([self = shared_from_this(), number = ++timer_number_](const error_code& aborted) {
    if (!aborted && number == self->timer_number_ && self->state_ != State::kClosed) self->on_timer();
  });
}

void HttpSession::on_timer() {
  if (state_ == State::kAnswering) {
    ++request_number_;  // a late response is for nobody
    close_after_answer_ = true;
    return write(to_bytes(http_error(504, "no_answer", "the request could not be answered in time"), false, false));
  }
  if (state_ == State::kReading && request_timed_) {
    close_after_answer_ = true;
    return write(to_bytes(http_error(408, "request_timeout", "the request did not arrive in time"), false, false));
  }
  end();
}

}  // namespace suara::shell
