#include "common/util/ip_address.hpp"

#include "common/util/check.hpp"

#include <arpa/inet.h>  // inet_pton and inet_ntop: read and write text and nothing else
#include <algorithm>

namespace suara {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  constexpr std::size_t kLongestText = INET6_ADDRSTRLEN - 1;
  if (text.size() > kLongestText || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  IpAddress address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + kMapped.size()) != 1) return std::nullopt;
  std::copy(kMapped.begin(), kMapped.end(), address.bytes.begin());
  return address;
}

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()); }

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes[kMapped.size()] == 127;
  IpAddress one;
  one.bytes.back() = 1;
  return *this == one;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_v4();
  const std::uint8_t* from = bytes.data() + (v4 ? kMapped.size() : 0);
  CHECK(inet_ntop(v4 ? AF_INET : AF_INET6, from, text.data(), text.size()) != nullptr);
  return text.data();
}

}  // namespace suara
