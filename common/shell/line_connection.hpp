// One TCP connection of line protocol: reads into lines, writes from a bounded queue, watches its deadlines.
//
// It holds no read buffer of its own: it waits until the socket is readable and reads into its owner's, so ten
// thousand idle connections cost a few kilobytes each. What is sent in one loop turn leaves in one write. All
// deadlines share one timer, which is left armed when they move later.
#pragma once

#include "common/shell/network_error.hpp"
#include "common/util/strong_id.hpp"
#include "common/wire/line_framer.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace suara::shell {

struct LineNetworkOptions;
class LineConnection;

/// What a connection needs of and tells to whoever holds it. `on_closed` comes once and may come from inside a
/// call into the connection; the other two never do.
class LineConnectionOwner {
 public:
  LineConnectionOwner() = default;
  LineConnectionOwner(const LineConnectionOwner&) = delete;
  LineConnectionOwner& operator=(const LineConnectionOwner&) = delete;
  virtual ~LineConnectionOwner() = default;

  virtual void on_line(ConnectionId id, std::string_view line) = 0;
  virtual void on_bad_line(ConnectionId id, const Error& error) = 0;
  virtual void on_closed(ConnectionId id, const Error& reason) = 0;
  /// Nothing more will come of it or reach it, but it takes a while to close. Once at most, before `on_closed`, and
  /// from inside send().
  virtual void on_given_up(ConnectionId id, const Error& reason) = 0;
  /// For counting; called from inside anything.
  virtual void on_received(std::size_t size_bytes) = 0;
  virtual void on_sent(std::size_t size_bytes) = 0;
  /// Call flush() at the end of this loop turn.
  virtual void flush_later(std::shared_ptr<LineConnection> connection) = 0;
  /// Scratch space for one read.
  virtual std::span<char> read_buffer() = 0;
};

class LineConnection : public std::enable_shared_from_this<LineConnection> {
 public:
  /// `owner` must outlive the connection or call abandon(). The socket is non-blocking.
  LineConnection(LineConnectionOwner& owner, ConnectionId id, boost::asio::ip::tcp::socket socket,
                 const LineNetworkOptions& options);

  /// Begins to read. With `expect_line` the first line has a deadline of its own.
  void start(bool expect_line);
  void send(std::shared_ptr<const std::string> bytes);
  /// Writes what is queued, now as far as the socket takes it.
  void flush();
  /// Stops reading, writes what is queued, then closes with kClosedByUs.
  void close();
  void speak_lines(std::size_t max_line_size_bytes);
  void set_idle(std::chrono::milliseconds idle);
  /// Closes at once.
  void cut(NetworkError reason) { end(reason); }
  [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_; }
  /// Closes at once and tells nobody: the owner is going.
  void abandon();

 private:
  using Clock = std::chrono::steady_clock;

  enum class State : std::uint8_t {
    kOpen,
    kEnded,      // the other side sends no more; replies to its last lines are still awaited
    kDraining,   // close() was called, or the reader given up; the queue is being written
    kLingering,  // all is written and our direction shut; what still comes is read and dropped, because closing
                 // with unread bytes would reset the connection and take the last reply with it
    kClosed,
  };

  void wait_readable();
  void on_readable(const boost::system::error_code& error);
  void take(std::string_view bytes);
  void take_lines();
  void resume();
  void on_end();
  bool write_queue();
  std::size_t write_front(boost::system::error_code& error);
  void wait_writable();
  void on_drained();
  void give_up_reader();
  void keep_line_under_way();
  void linger();
  [[nodiscard]] Clock::time_point next_deadline() const;
  void arm_timer();
  void on_timer();
  void end(const Error& reason);

  LineConnectionOwner* owner_;
  const ConnectionId id_;
  const LineNetworkOptions& options_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  wire::LineFramer framer_;
  State state_ = State::kOpen;
  bool given_up_ = false;  // the reader is

  std::deque<std::shared_ptr<const std::string>> queue_;
  std::size_t front_written_bytes_ = 0;  // of queue_.front()
  std::size_t queued_bytes_ = 0;
  std::size_t dropped_bytes_ = 0;  // while lingering
  std::uint64_t unanswered_ = 0;   // lines received and not followed by a send
  bool flush_asked_ = false;
  bool waits_readable_ = false;
  bool waits_writable_ = false;
  bool expects_line_ = false;
  bool bad_line_ = false;
  bool half_closes_ = false;
  bool paused_ = false;  // lines may wait in the framer until the queue has been written

  std::chrono::milliseconds idle_;
  Clock::time_point opened_;
  Clock::time_point last_received_;
  Clock::time_point last_written_;  // or when the queue began to fill
  Clock::time_point ended_;         // when kEnded, kDraining or kLingering began
  Clock::time_point armed_for_ = Clock::time_point::max();
};

}  // namespace suara::shell
