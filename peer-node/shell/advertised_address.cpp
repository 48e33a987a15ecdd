#include "peer-node/shell/advertised_address.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <memory>
#include <string>

namespace suara::node_shell {
namespace {

/// Connecting a datagram socket sends nothing; it only lets the kernel choose the source address.
std::optional<std::string> local_host_towards(const addrinfo& target) {
  const int fd = ::socket(target.ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::nullopt;
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  std::array<char, NI_MAXHOST> host{};
  auto* const address = reinterpret_cast<sockaddr*>(&local);
  const bool found = ::connect(fd, target.ai_addr, target.ai_addrlen) == 0 && ::getsockname(fd, address, &size) == 0 &&
                     ::getnameinfo(address, size, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) == 0;
  ::close(fd);
  return found ? std::optional<std::string>(host.data()) : std::nullopt;
}

}  // namespace

std::optional<wire::Address> guess_advertised(const wire::Address& listen,
                                              const std::vector<wire::Address>& bootstrap) {
  if (listen.host != "0.0.0.0" && listen.host != "::") return listen;
  for (const wire::Address& server : bootstrap) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    hints.ai_family = listen.host == "0.0.0.0" ? AF_INET : AF_UNSPEC;
    addrinfo* list = nullptr;
    if (::getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &list) != 0) continue;
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
    if (const auto host = local_host_towards(*list)) return wire::Address{*host, listen.port};
  }
  return std::nullopt;
}

}  // namespace suara::node_shell
