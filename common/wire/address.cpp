#include "common/wire/address.hpp"

#include "common/util/check.hpp"
#include "common/util/excerpt.hpp"
#include "common/wire/limits.hpp"

#include <algorithm>
#include <charconv>

namespace suara::wire {
namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_ipv6_character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

}  // namespace

ErrorText describe(AddressError error) {
  switch (error) {
    case AddressError::kMissingPort: return {"missing_port", "an address is host:port, as in 192.0.2.7:3000"};
    case AddressError::kBadPort: return {"bad_port", "a port is a number from 1 to 65535"};
    case AddressError::kBadHost:
      return {"bad_host", "a host is a DNS name, an IPv4 address or an IPv6 address in brackets"};
  }
  CHECK(false);
}

std::string Address::text() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Address> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::size_t bracket = text.rfind(']');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) {
    return Error(AddressError::kMissingPort, excerpt(text) + " has no port");
  }
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  if (port_text.empty()) return Error(AddressError::kMissingPort, excerpt(text) + " ends after the colon");

  unsigned port = 0;
  const auto [end, status] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (status != std::errc{} || end != port_text.data() + port_text.size() || port == 0 || port > 65535 ||
      port_text.front() == '0') {
    return Error(AddressError::kBadPort, excerpt(port_text) + " is none");
  }

  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const bool valid =
      !host.empty() && host.size() <= kMaxHostSizeBytes &&
      (bracketed ? host.find(':') != std::string_view::npos && std::all_of(host.begin(), host.end(), is_ipv6_character)
                 : std::all_of(host.begin(), host.end(), is_host_character));
  if (!valid) return Error(AddressError::kBadHost, excerpt(text.substr(0, colon)) + " is none");
  return Address{std::string(host), static_cast<std::uint16_t>(port)};
}

}  // namespace suara::wire
