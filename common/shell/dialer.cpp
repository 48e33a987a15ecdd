#include "common/shell/dialer.hpp"

#include "common/shell/name_look_up.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace suara::shell {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Addresses of one name that are tried; a name with more is cut off there.
constexpr std::size_t kMaxEndpoints = 8;

class DialOperation : public std::enable_shared_from_this<DialOperation> {
 public:
  DialOperation(asio::io_context& io, wire::Address address, DialCallback callback)
      : address_(std::move(address)),
        callback_(std::move(callback)),
        look_ups_(NameLookUps::of(io)),
        socket_(io),
        timer_(io) {}

  void start(std::chrono::milliseconds deadline) {
    timer_.expires_after(deadline);
    timer_.async_wait([self = shared_from_this()](const error_code& aborted) {
      if (!aborted) self->finish(Error(NetworkError::kDialTimeout, self->address_.text()));
    });
    error_code not_literal;
    const auto literal = asio::ip::make_address(address_.host, not_literal);
    if (!not_literal) {
      endpoints_.emplace_back(literal, address_.port);
      return connect();
    }
    // Loopback by RFC 6761, whatever a name server says.
    if (address_.host == "localhost") {
      endpoints_.emplace_back(asio::ip::address_v4::loopback(), address_.port);
      endpoints_.emplace_back(asio::ip::address_v6::loopback(), address_.port);
      return connect();
    }
    look_up_ = look_ups_.look_up(address_.host, [self = shared_from_this()](const auto& found) {
      self->look_up_.reset();
      self->on_resolved(found);
    });
  }

 private:
  void on_resolved(const Result<std::vector<asio::ip::address>>& found) {
    if (!callback_) return;
    if (!found) return finish(found.error());
    for (const auto& literal : *found) {
      if (endpoints_.size() < kMaxEndpoints) endpoints_.emplace_back(literal, address_.port);
    }
    connect();
  }

  void connect() {
    asio::async_connect(
        socket_, endpoints_,
        [self = shared_from_this()](const error_code& error, const tcp::endpoint&) { self->on_connected(error); });
  }

  void on_connected(error_code error) {
    if (!callback_) return;
    if (error) return finish(to_error(error));
    if (is_to_itself()) return finish(Error(NetworkError::kRefused, address_.text()));
    socket_.set_option(tcp::no_delay(true), error);
    if (!error) socket_.non_blocking(true, error);
    if (error) return finish(to_error(error));
    finish(std::move(socket_));
  }

  // Dialling a port of this machine that nobody listens on may take that very port for the near end, and connect.
  [[nodiscard]] bool is_to_itself() const {
    error_code error;
    const auto near = socket_.local_endpoint(error);
    const auto far = socket_.remote_endpoint(error);
    return !error && near == far;
  }

  void finish(Result<tcp::socket> result) {
    if (!callback_) return;
    timer_.cancel();
    if (look_up_) look_ups_.cancel(*look_up_);
    error_code ignored;  // a socket that failed to connect, or was moved from
    socket_.close(ignored);
    std::exchange(callback_, nullptr)(std::move(result));
  }

  [[nodiscard]] Error to_error(const error_code& error) const {
    if (error == asio::error::connection_refused) return Error(NetworkError::kRefused, address_.text());
    if (error == asio::error::timed_out) return Error(NetworkError::kDialTimeout, address_.text());
    return Error(NetworkError::kUnreachable, address_.text() + " (" + error.message() + ")");
  }

  wire::Address address_;
  DialCallback callback_;  // empty once called
  NameLookUps& look_ups_;
  std::optional<std::uint64_t> look_up_;
  tcp::socket socket_;
  asio::steady_timer timer_;
  std::vector<tcp::endpoint> endpoints_;
};

}  // namespace

void dial_tcp(asio::io_context& io, const wire::Address& address, std::chrono::milliseconds deadline,
              DialCallback callback) {
  std::make_shared<DialOperation>(io, address, std::move(callback))->start(deadline);
}

}  // namespace suara::shell
