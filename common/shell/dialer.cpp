#include "common/shell/dialer.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
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
      : address_(std::move(address)), callback_(std::move(callback)), resolver_(io), socket_(io), timer_(io) {}

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
    // Loopback by RFC 6761. Look-ups take turns on one thread, where this one would wait for other people's names.
    if (address_.host == "localhost") {
      endpoints_.emplace_back(asio::ip::address_v4::loopback(), address_.port);
      endpoints_.emplace_back(asio::ip::address_v6::loopback(), address_.port);
      return connect();
    }
    resolver_.async_resolve(
        address_.host, std::to_string(address_.port), tcp::resolver::numeric_service,
        [self = shared_from_this()](const error_code& error, const tcp::resolver::results_type& results) {
          self->on_resolved(error, results);
        });
  }

 private:
  void on_resolved(const error_code& error, const tcp::resolver::results_type& results) {
    if (!callback_) return;
    if (error) return finish(Error(NetworkError::kCannotResolve, address_.host + " (" + error.message() + ")"));
    for (const auto& entry : results) {
      if (endpoints_.size() < kMaxEndpoints) endpoints_.push_back(entry.endpoint());
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
    socket_.set_option(tcp::no_delay(true), error);
    if (!error) socket_.non_blocking(true, error);
    if (error) return finish(to_error(error));
    finish(std::move(socket_));
  }

  void finish(Result<tcp::socket> result) {
    if (!callback_) return;
    timer_.cancel();
    resolver_.cancel();
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
  tcp::resolver resolver_;
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
