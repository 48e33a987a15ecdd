#include "bootstrap-server/core/hosts.hpp"

#include "common/util/ip_address.hpp"

namespace suara::directory {

std::string plain_host(std::string_view host) {
  const auto address = IpAddress::parse(host);
  return address ? address->text() : std::string(host);
}

bool is_loopback(std::string_view host) {
  const auto address = IpAddress::parse(host);
  return address && address->is_loopback();
}

}  // namespace suara::directory
