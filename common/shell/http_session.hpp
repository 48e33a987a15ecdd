// One HTTP connection: requests are answered one after the other, in order; a streamed answer is its last.
#pragma once

#include "common/shell/http_message.hpp"

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace suara::shell {

class HttpSession;

class HttpSessionOwner {
 public:
  HttpSessionOwner() = default;
  HttpSessionOwner(const HttpSessionOwner&) = delete;
  HttpSessionOwner& operator=(const HttpSessionOwner&) = delete;
  virtual ~HttpSessionOwner() = default;

  virtual void on_request(HttpRequest request, Respond respond) = 0;
  /// Once.
  virtual void on_gone(const HttpSession& session) = 0;
};

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  /// `owner` must outlive the session or call abandon().
  HttpSession(HttpSessionOwner& owner, boost::asio::ip::tcp::socket socket, std::string remote_host,
              const HttpServerOptions& options);

  void start();
  /// Says this one answer, whatever is asked, and closes.
  void refuse(const HttpResponse& answer);
  /// Closes at once when idle, after the answer otherwise; ends a stream.
  void close_when_done();
  /// Closes at once and tells nobody: the owner is going.
  void abandon();

  // For the stream's handle.
  bool write_stream(std::string_view bytes);
  void close_stream();

 private:
  enum class State : std::uint8_t {
    kReading,    // a request, or waiting for one
    kAnswering,  // the handler has it
    kWriting,
    kStreaming,
    kLingering,  // all is said and our direction shut; what still comes is read and dropped
    kClosed,
  };

  void read();
  void on_read(std::string_view bytes);
  void follow(HttpRequestReader::Step step);
  void dispatch();
  void answer(const HttpResponse& response);
  void write(std::string bytes);
  void on_written();
  void begin_stream(const HttpResponse& response);
  void pump_stream();
  void linger();
  void end();
  void set_timer(std::chrono::milliseconds after);
  void on_timer();

  HttpSessionOwner* owner_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  const std::string remote_host_;
  const HttpServerOptions& options_;
  HttpRequestReader reader_;
  State state_ = State::kReading;

  std::array<char, 8 * 1024> received_;
  std::size_t dropped_bytes_ = 0;  // while lingering
  bool reading_ = false;
  bool writing_ = false;
  bool request_timed_ = false;  // the timer runs for the request, not for its first byte
  bool close_after_answer_ = false;
  bool stream_ended_ = false;  // by us: what is queued is still written
  std::uint64_t request_number_ = 0;
  std::uint64_t timer_number_ = 0;
  std::string writing_bytes_;
  std::string pending_bytes_;  // of a stream, behind writing_bytes_
};

}  // namespace suara::shell
