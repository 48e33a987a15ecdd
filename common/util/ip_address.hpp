// An IP address by value, as text says it: for whoever compares addresses or their prefixes without any socket.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suara {

/// An IPv4 address is held as the IPv6 address it is mapped to, ::ffff:192.0.2.7, so one that came mapped is the same.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  /// Four decimal numbers without leading zeros, or IPv6 as RFC 4291 writes it, without brackets and zone. nullopt: a
  /// name, or one of the spellings that only some programs take for an address (127.1, 0x7f.0.0.1, 010.0.0.1).
  static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const;
  /// 127.0.0.0/8 or ::1.
  [[nodiscard]] bool is_loopback() const;
  /// The one usual way to write it (RFC 5952), without brackets.
  [[nodiscard]] std::string text() const;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

}  // namespace suara
