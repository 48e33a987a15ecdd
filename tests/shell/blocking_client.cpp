#include "tests/shell/blocking_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace suara::shell {
namespace {

constexpr timeval kGuard{100, 0};

}  // namespace

BlockingClient::BlockingClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (socket_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kGuard, sizeof kGuard);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    const int error = errno;
    ::close(socket_);
    throw std::system_error(error, std::generic_category(), "connect");
  }
}

BlockingClient::~BlockingClient() { ::close(socket_); }

bool BlockingClient::send(std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool BlockingClient::fill() {
  std::array<char, 16 * 1024> chunk;
  const ssize_t size = ::recv(socket_, chunk.data(), chunk.size(), 0);
  if (size < 0 && errno != ECONNRESET) throw std::system_error(errno, std::generic_category(), "recv");
  if (size <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(size));
  return true;
}

std::string BlockingClient::read_line() {
  std::size_t end = buffer_.find('\n');
  while (end == std::string::npos) {
    if (!fill()) return std::exchange(buffer_, {});
    end = buffer_.find('\n');
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

std::string BlockingClient::read_all() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

void BlockingClient::shut_down_sending() { ::shutdown(socket_, SHUT_WR); }

}  // namespace suara::shell
