// Which addresses may stand in the directory: those that everybody who reads them can connect to, each in one spelling.
// Without it a peer that advertises what it listens on (0.0.0.0, 127.0.0.1) is listed and never found, and whoever
// writes one target in many ways (127.1, 0x7f000001, ::ffff:127.0.0.1) gets around every limit per address.
#pragma once

#include "common/util/result.hpp"
#include "common/wire/bootstrap_messages.hpp"

#include <string_view>

namespace suara::directory {

enum class AddressRuleError {
  kUnspecified,  ///< 0.0.0.0/8 or ::, where one listens
  kLoopback,     ///< 127.0.0.0/8, ::1 or localhost, and the caller is elsewhere
  kLinkLocal,    ///< 169.254.0.0/16 or fe80::/10: means something on one link only
  kMulticast,    ///< 224.0.0.0/4, ff00::/8 or 255.255.255.255: not one host
  kSpelling,     ///< an address written as only some programs read it, or not in its usual form
};
ErrorText describe(AddressRuleError error);

/// Whether somebody who calls from `caller_host` (an address literal in its usual form) may register the address. The
/// error's detail says what may be right instead. Classic peers may register `localhost` from anywhere: they have
/// always done so, and where all of them run on one host they find each other by it.
Result<void> check_listable(const wire::Address& address, wire::Flavour flavour, std::string_view caller_host);

}  // namespace suara::directory
