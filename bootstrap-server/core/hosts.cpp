#include "bootstrap-server/core/hosts.hpp"

namespace suara::directory {
namespace {

bool consists_of(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

}  // namespace

std::string plain_host(std::string_view host) {
  constexpr std::string_view kMapped = "::ffff:";
  const bool mapped = host.starts_with(kMapped) && host.find('.') != std::string_view::npos;
  return std::string(mapped ? host.substr(kMapped.size()) : host);
}

bool is_unspecified(std::string_view host) { return consists_of(plain_host(host), "0.:"); }

bool is_loopback(std::string_view host) {
  const std::string plain = plain_host(host);
  return plain == "::1" || (plain.starts_with("127.") && consists_of(plain, "0123456789."));
}

}  // namespace suara::directory
