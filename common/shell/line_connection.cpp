#include "common/shell/line_connection.hpp"

#include "common/shell/line_network.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/container/static_vector.hpp>
#include <iterator>
#include <utility>

namespace suara::shell {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Buffers given to one gathered write; the rest goes into the next.
constexpr std::size_t kMaxGather = 64;

// What a connection may still send us while it lingers; more closes it at once.
constexpr std::size_t kMaxDroppedBytes = 256 * 1024;

bool would_block(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again || error == asio::error::interrupted;
}

Error to_error(const error_code& error) { return Error(NetworkError::kReset, error.message()); }

}  // namespace

LineConnection::LineConnection(LineConnectionOwner& owner, ConnectionId id, tcp::socket socket,
                               const LineNetworkOptions& options)
    : owner_(&owner),
      id_(id),
      options_(options),
      socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      framer_(options.framing, options.max_line_size_bytes),
      half_closes_(options.half_close.count() > 0),
      idle_(options.idle),
      opened_(Clock::now()),
      last_received_(opened_),
      last_written_(opened_),
      ended_(opened_) {}

void LineConnection::start(bool expect_line) {
  if (state_ == State::kClosed) return;
  expects_line_ = expect_line;
  arm_timer();
  if (state_ == State::kOpen) wait_readable();
}

// ---- reading ---------------------------------------------------------------------------------------------------

void LineConnection::wait_readable() {
  if (std::exchange(waits_readable_, true)) return;
  socket_.async_wait(tcp::socket::wait_read,
                     [self = shared_from_this()](const error_code& error) { self->on_readable(error); });
}

void LineConnection::on_readable(const error_code& wait_error) {
  waits_readable_ = false;
  if (state_ != State::kOpen && state_ != State::kLingering) return;
  if (wait_error) return end(to_error(wait_error));
  const std::span<char> buffer = owner_->read_buffer();
  error_code error;
  const std::size_t size = socket_.read_some(asio::buffer(buffer.data(), buffer.size()), error);
  if (would_block(error)) return wait_readable();
  if (error == asio::error::eof) return on_end();
  if (error) return end(to_error(error));
  owner_->on_received(size);
  take({buffer.data(), size});
  if ((state_ == State::kOpen && !bad_line_ && !paused_) || state_ == State::kLingering) wait_readable();
}

void LineConnection::take(std::string_view bytes) {
  if (state_ == State::kLingering) {
    dropped_bytes_ += bytes.size();
    if (dropped_bytes_ > kMaxDroppedBytes) end(NetworkError::kClosedByUs);
    return;
  }
  last_received_ = Clock::now();
  framer_.feed(bytes);
  take_lines();
}

void LineConnection::take_lines() {
  while (state_ == State::kOpen) {
    paused_ = options_.pause_send_queue_bytes != 0 && queued_bytes_ >= options_.pause_send_queue_bytes;
    if (paused_) return;
    const auto line = framer_.next();
    if (!line) {
      bad_line_ = true;
      return owner_->on_bad_line(id_, line.error());
    }
    if (!*line) return;
    expects_line_ = false;
    ++unanswered_;
    owner_->on_line(id_, **line);
  }
}

void LineConnection::resume() {
  last_received_ = Clock::now();  // lines that came before wait
  take_lines();
  if (state_ == State::kOpen && !bad_line_ && !paused_) wait_readable();
}

void LineConnection::on_end() {
  if (state_ == State::kLingering) return end(NetworkError::kClosedByUs);
  const bool owed = unanswered_ > 0 || !queue_.empty();
  if (!owed || !half_closes_) return end(NetworkError::kPeerClosed);
  state_ = State::kEnded;
  ended_ = Clock::now();
  arm_timer();
}

// ---- writing ---------------------------------------------------------------------------------------------------

void LineConnection::send(std::shared_ptr<const std::string> bytes) {
  if ((state_ != State::kOpen && state_ != State::kEnded) || bytes->empty()) return;
  const auto overflows = [&] {
    return !queue_.empty() && queued_bytes_ + bytes->size() > options_.max_send_queue_bytes;
  };
  if (overflows() && !waits_writable_) write_queue();  // what was sent in this turn may not have been tried yet
  if (state_ == State::kClosed) return;
  if (overflows()) return give_up_reader();
  if (queue_.empty()) last_written_ = Clock::now();
  if (unanswered_ > 0) --unanswered_;
  queued_bytes_ += bytes->size();
  queue_.push_back(std::move(bytes));
  if (!waits_writable_ && !std::exchange(flush_asked_, true)) owner_->flush_later(shared_from_this());
}

void LineConnection::flush() {
  flush_asked_ = false;
  if (state_ == State::kClosed || state_ == State::kLingering || waits_writable_) return;
  if (write_queue()) on_drained();
}

// Most often one answer or event waits: a write of one buffer costs the kernel less than one of several.
std::size_t LineConnection::write_front(error_code& error) {
  const auto front = asio::buffer(*queue_.front()) + front_written_bytes_;
  if (queue_.size() == 1) return socket_.write_some(asio::const_buffer(front), error);
  boost::container::static_vector<asio::const_buffer, kMaxGather> buffers{front};
  for (auto bytes = std::next(queue_.begin()); bytes != queue_.end() && buffers.size() < kMaxGather; ++bytes) {
    buffers.push_back(asio::buffer(**bytes));
  }
  return socket_.write_some(buffers, error);
}

// True when all has been written; otherwise the rest waits for the socket, or the connection has ended.
bool LineConnection::write_queue() {
  while (!queue_.empty()) {
    error_code error;
    std::size_t written = write_front(error);
    if (would_block(error)) {
      wait_writable();
      return false;
    }
    if (error) {
      end(to_error(error));
      return false;
    }
    last_written_ = Clock::now();
    queued_bytes_ -= written;
    owner_->on_sent(written);
    written += front_written_bytes_;
    while (!queue_.empty() && written >= queue_.front()->size()) {
      written -= queue_.front()->size();
      queue_.pop_front();
    }
    front_written_bytes_ = written;
  }
  return true;
}

void LineConnection::wait_writable() {
  waits_writable_ = true;
  arm_timer();
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const error_code& error) {
    self->waits_writable_ = false;
    if (self->state_ == State::kClosed) return;
    if (error) return self->end(to_error(error));
    self->flush();
  });
}

void LineConnection::on_drained() {
  if (state_ == State::kDraining) return linger();
  if (state_ == State::kOpen && paused_) return resume();
  if (state_ == State::kEnded && unanswered_ == 0) end(NetworkError::kPeerClosed);
}

// Whoever reads too slowly is told so: instead of all that waits, but not in the middle of a line.
void LineConnection::give_up_reader() {
  error_code ignored;  // an end of a connection that breaks has no address left
  const auto remote = socket_.remote_endpoint(ignored);
  const Error reason(NetworkError::kSendQueueFull, remote.address().to_string() + ":" + std::to_string(remote.port()) +
                                                       ", " + std::to_string(queued_bytes_) + " bytes were waiting");
  if (!options_.too_slow_line) return end(reason);
  given_up_ = true;
  owner_->on_given_up(id_, reason);
  keep_line_under_way();
  queue_.push_back(options_.too_slow_line);
  queued_bytes_ += options_.too_slow_line->size();
  close();
}

void LineConnection::keep_line_under_way() {
  const std::string& front = *queue_.front();
  const std::size_t written = std::exchange(front_written_bytes_, 0);
  std::shared_ptr<const std::string> rest;
  if (written > 0 && front[written - 1] != '\n') {
    const std::size_t end = std::min(front.find('\n', written), front.size() - 1) + 1;
    rest = std::make_shared<const std::string>(front, written, end - written);
  }
  queue_.clear();
  queued_bytes_ = rest ? rest->size() : 0;
  if (rest) queue_.push_back(std::move(rest));
}

// ---- closing ---------------------------------------------------------------------------------------------------

void LineConnection::close() {
  if (state_ != State::kOpen && state_ != State::kEnded) return;
  state_ = State::kDraining;
  ended_ = Clock::now();
  arm_timer();
  if (!waits_writable_ && !std::exchange(flush_asked_, true)) owner_->flush_later(shared_from_this());
}

void LineConnection::linger() {
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  if (error) return end(NetworkError::kClosedByUs);
  state_ = State::kLingering;
  ended_ = Clock::now();
  arm_timer();
  wait_readable();
}

void LineConnection::end(const Error& reason) {
  const State before = std::exchange(state_, State::kClosed);
  if (before == State::kClosed) return;
  const bool asked_for = before == State::kDraining || before == State::kLingering;
  timer_.cancel();
  error_code ignored;  // nothing is left to do about a descriptor that does not close
  socket_.close(ignored);
  queue_.clear();
  queued_bytes_ = 0;
  LineConnectionOwner* const owner = std::exchange(owner_, nullptr);
  if (owner != nullptr) owner->on_closed(id_, asked_for ? Error(NetworkError::kClosedByUs) : reason);
}

void LineConnection::abandon() {
  owner_ = nullptr;
  end(NetworkError::kClosedByUs);
}

void LineConnection::speak_lines(std::size_t max_line_size_bytes) {
  framer_.set_max_line_size(max_line_size_bytes);
  framer_.only_newlines();
  half_closes_ = false;
}

// ---- deadlines -------------------------------------------------------------------------------------------------

void LineConnection::set_idle(std::chrono::milliseconds idle) {
  idle_ = idle;
  if (state_ == State::kOpen) arm_timer();
}

LineConnection::Clock::time_point LineConnection::next_deadline() const {
  if (state_ == State::kLingering) return ended_ + options_.linger;
  auto deadline = Clock::time_point::max();
  if (state_ == State::kOpen) deadline = last_received_ + idle_;
  if (state_ == State::kOpen && expects_line_) deadline = std::min(deadline, opened_ + options_.first_line);
  if (state_ == State::kEnded) deadline = ended_ + options_.half_close;
  if (state_ == State::kDraining) deadline = ended_ + (given_up_ ? options_.too_slow : options_.write);
  if (!queue_.empty()) deadline = std::min(deadline, last_written_ + options_.write);
  return deadline;
}

void LineConnection::arm_timer() {
  const auto deadline = next_deadline();
  if (armed_for_ <= deadline) return;
  armed_for_ = deadline;
  timer_.expires_at(deadline);
  timer_.async_wait([self = shared_from_this()](const error_code& aborted) {
    if (!aborted) self->on_timer();
  });
}

void LineConnection::on_timer() {
  armed_for_ = Clock::time_point::max();
  if (state_ == State::kClosed) return;
  const auto now = Clock::now();
  if (now < next_deadline()) return arm_timer();
  if (!queue_.empty() && now >= last_written_ + options_.write) return end(NetworkError::kWriteTimeout);
  if (state_ == State::kDraining || state_ == State::kLingering) return end(NetworkError::kClosedByUs);
  if (state_ == State::kEnded) return end(NetworkError::kPeerClosed);
  end(expects_line_ && now >= opened_ + options_.first_line ? NetworkError::kFirstLineTimeout : NetworkError::kIdle);
}

}  // namespace suara::shell
