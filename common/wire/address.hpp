// host:port, kept as written: `localhost:3000` stays that. IPv6 literals stand in brackets.
#pragma once

#include "common/util/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace suara::wire {

enum class AddressError {
  kMissingPort,
  kBadPort,
  kBadHost,
};
ErrorText describe(AddressError error);

struct Address {
  std::string host;  ///< a DNS name, an IPv4 literal, or an IPv6 literal without its brackets
  std::uint16_t port = 0;

  [[nodiscard]] std::string text() const;
  friend auto operator<=>(const Address&, const Address&) = default;
};

/// Accepts letters, digits, '-', '_' and '.' as host, or an IPv6 literal in brackets; port 1 to 65535.
Result<Address> parse_address(std::string_view text);

}  // namespace suara::wire
