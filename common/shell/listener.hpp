// Accepts TCP connections on one address until stopped. Running out of descriptors or memory pauses it and is
// logged once; it never dies of an accept error.
#pragma once

#include "common/shell/network_error.hpp"
#include "common/util/result.hpp"
#include "common/wire/address.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

namespace suara::shell {

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  /// The socket comes non-blocking and with TCP_NODELAY.
  using AcceptHandler = std::function<void(boost::asio::ip::tcp::socket, const boost::asio::ip::tcp::endpoint& remote)>;

  /// Binds and starts accepting. A host name is resolved at once, blocking: this is start-up. "::" listens on
  /// IPv4 too.
  static Result<std::shared_ptr<Listener>> open(boost::asio::io_context& io, const wire::Address& address,
                                                AcceptHandler on_accept);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// `on_accept` is not called any more.
  void stop();

  explicit Listener(boost::asio::io_context& io) : acceptor_(io), pause_(io) {}

 private:
  boost::system::error_code bind(const boost::asio::ip::tcp::endpoint& endpoint);
  void accept();
  void on_accepted(boost::system::error_code error, boost::asio::ip::tcp::socket socket);
  void pause(const boost::system::error_code& error);

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  boost::asio::ip::tcp::endpoint remote_;
  AcceptHandler on_accept_;  // empty once stopped
  std::uint16_t port_ = 0;
  bool paused_before_ = false;
};

/// "192.0.2.7" for ::ffff:192.0.2.7, any other address as it is.
boost::asio::ip::address without_mapping(const boost::asio::ip::address& address);

}  // namespace suara::shell
