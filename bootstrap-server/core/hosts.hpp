// What the text of a host says by itself, without any lookup.
#pragma once

#include <string>
#include <string_view>

namespace suara::directory {

/// An address literal as it is usually written; IPv4 that came mapped into IPv6 (::ffff:192.0.2.7) as plain IPv4. Other
/// texts as they are.
std::string plain_host(std::string_view host);

/// 127.0.0.0/8 or ::1, as an address literal.
bool is_loopback(std::string_view host);

}  // namespace suara::directory
