#include "common/shell/listener.hpp"

#include "common/shell/logging.hpp"

#include <netinet/tcp.h>

#include <boost/asio/ip/v6_only.hpp>
#include <utility>

namespace suara::shell {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// How long accepting rests when the process or the system is out of descriptors or memory.
constexpr std::chrono::milliseconds kPause{100};

using UnsentBytes = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;
constexpr int kMaxUnsentBytes = 256 * 1024;

Error to_error(const wire::Address& address, const error_code& error) {
  if (error == asio::error::address_in_use) return Error(NetworkError::kAddressInUse, address.text());
  if (error == asio::error::access_denied) return Error(NetworkError::kPrivilegedPort, address.text());
  return Error(NetworkError::kCannotListen, address.text() + " (" + error.message() + ")");
}

Result<tcp::endpoint> resolve(asio::io_context& io, const wire::Address& address) {
  error_code error;
  const auto literal = asio::ip::make_address(address.host, error);
  if (!error) return tcp::endpoint(literal, address.port);
  tcp::resolver resolver(io);
  const auto results = resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, error);
  if (error || results.empty()) return to_error(address, error);
  return results.begin()->endpoint();
}

}  // namespace

asio::ip::address without_mapping(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

Result<std::shared_ptr<Listener>> Listener::open(asio::io_context& io, const wire::Address& address,
                                                 AcceptHandler on_accept) {
  const auto endpoint = resolve(io, address);
  if (!endpoint) return endpoint.error();
  auto listener = std::make_shared<Listener>(io);
  if (const error_code error = listener->bind(*endpoint)) return to_error(address, error);
  listener->on_accept_ = std::move(on_accept);
  listener->accept();
  return listener;
}

error_code Listener::bind(const tcp::endpoint& endpoint) {
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.address().is_v6() && endpoint.address().is_unspecified()) {
    acceptor_.set_option(asio::ip::v6_only(false), error);
  }
  // Connections inherit it: who reads slowly fills its bounded queue here rather than megabytes of the kernel's.
  if (!error) acceptor_.set_option(UnsentBytes(kMaxUnsentBytes), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  return error;
}

void Listener::stop() {
  on_accept_ = nullptr;
  pause_.cancel();
  error_code ignored;  // nothing is left to do about a descriptor that does not close
  acceptor_.close(ignored);
}

void Listener::accept() {
  acceptor_.async_accept(remote_, [self = shared_from_this()](const error_code& error, tcp::socket socket) {
    self->on_accepted(error, std::move(socket));
  });
}

void Listener::on_accepted(error_code error, tcp::socket socket) {
  if (!on_accept_) return;
  if (error == asio::error::connection_aborted || error == asio::error::interrupted) return accept();
  if (error) return pause(error);
  paused_before_ = false;
  socket.set_option(tcp::no_delay(true), error);
  if (!error) socket.non_blocking(true, error);
  if (!error) {
    const auto on_accept = on_accept_;  // stays callable if the handler stops the listener
    on_accept(std::move(socket), tcp::endpoint(without_mapping(remote_.address()), remote_.port()));
  }
  if (on_accept_) accept();
}

void Listener::pause(const error_code& error) {
  if (!std::exchange(paused_before_, true)) {
    log(Severity::kError, "cannot accept connections on port " + std::to_string(port_) + ": " + error.message());
  }
  pause_.expires_after(kPause);
  pause_.async_wait([self = shared_from_this()](const error_code& aborted) {
    if (!aborted && self->on_accept_) self->accept();
  });
}

}  // namespace suara::shell
