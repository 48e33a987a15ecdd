#include "bootstrap-server/core/address_rules.hpp"

#include "bootstrap-server/core/hosts.hpp"
#include "common/util/ascii.hpp"
#include "common/util/check.hpp"
#include "common/util/ip_address.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>

namespace suara::directory {
namespace {

constexpr std::size_t kV4Offset = 12;  // of an IPv4 address in its mapped form

std::optional<AddressRuleError> reach_of(const IpAddress& address, bool local_caller) {
  const auto& bytes = address.bytes;
  if (address.is_loopback()) return local_caller ? std::nullopt : std::optional(AddressRuleError::kLoopback);
  if (address.is_v4()) {
    const std::uint8_t first = bytes[kV4Offset];
    if (first == 0) return AddressRuleError::kUnspecified;
    if (first == 169 && bytes[kV4Offset + 1] == 254) return AddressRuleError::kLinkLocal;
    const bool broadcast = std::all_of(bytes.begin() + kV4Offset, bytes.end(), [](auto byte) { return byte == 255; });
    if (broadcast || (first & 0xf0) == 224) return AddressRuleError::kMulticast;
    return std::nullopt;
  }
  if (address == IpAddress{}) return AddressRuleError::kUnspecified;
  if (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) return AddressRuleError::kLinkLocal;
  if (bytes[0] == 0xff) return AddressRuleError::kMulticast;
  // ::192.0.2.7, the "IPv4-compatible" form that RFC 4291 has given up.
  const bool compatible = std::all_of(bytes.begin(), bytes.begin() + kV4Offset, [](auto byte) { return byte == 0; });
  return compatible ? std::optional(AddressRuleError::kSpelling) : std::nullopt;
}

// Whether a name would be read as an IPv4 address by inet_aton and its like: when its last label is a number, decimal,
// octal or hexadecimal (the rule of the URL standard). No top-level domain is one.
bool looks_like_a_number(std::string_view name) {
  std::string_view last = name.substr(name.rfind('.') + 1);
  const bool hexadecimal = last.starts_with("0x") || last.starts_with("0X");
  if (hexadecimal) last.remove_prefix(2);
  return std::all_of(last.begin(), last.end(), [&](char c) {
    const auto character = static_cast<unsigned char>(c);
    return hexadecimal ? std::isxdigit(character) != 0 : std::isdigit(character) != 0;
  });
}

bool is_localhost(std::string_view name) {
  const std::string lower = ascii_lower(name);
  return lower == "localhost" || lower.ends_with(".localhost");
}

}  // namespace

ErrorText describe(AddressRuleError error) {
  switch (error) {
    case AddressRuleError::kUnspecified:
      return {"unspecified_address", "this is where one listens, not where one is found"};
    case AddressRuleError::kLoopback:
      return {"loopback_address", "every host finds only itself there, and you call from another"};
    case AddressRuleError::kLinkLocal: return {"link_local_address", "this address has no meaning beyond one link"};
    case AddressRuleError::kMulticast: return {"multicast_address", "this is no address of one host"};
    case AddressRuleError::kSpelling: return {"address_spelling", "not everybody reads this as the same address"};
  }
  CHECK(false);
}

Result<void> check_listable(const wire::Address& address, wire::Flavour flavour, std::string_view caller_host) {
  const auto better = [&](std::string host) {
    return "register the address others reach you at, as " + wire::Address{std::move(host), address.port}.text();
  };
  const bool local_caller = is_loopback(caller_host);
  if (const auto literal = IpAddress::parse(address.host)) {
    const auto wrong = reach_of(*literal, local_caller);
    if (wrong) return Error(*wrong, better(std::string(caller_host)));
    if (literal->text() != address.host) return Error(AddressRuleError::kSpelling, better(literal->text()));
    return {};
  }
  std::string_view name = address.host;
  if (name.ends_with('.')) name.remove_suffix(1);
  if (looks_like_a_number(name) || name.find(':') != std::string_view::npos) {
    return Error(AddressRuleError::kSpelling, better(std::string(caller_host)));
  }
  if (is_localhost(name) && flavour == wire::Flavour::kNative && !local_caller) {
    return Error(AddressRuleError::kLoopback, better(std::string(caller_host)));
  }
  return {};
}

}  // namespace suara::directory
