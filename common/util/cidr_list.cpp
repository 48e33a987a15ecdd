#include "common/util/cidr_list.hpp"

#include "common/util/check.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace suara {
namespace {

constexpr std::size_t kAllBits = 128;
constexpr std::size_t kMappedBits = 96;  // before an IPv4 address

// `address` with everything beyond the prefix set to zeros or ones.
IpAddress filled(IpAddress address, std::size_t prefix_bits, bool ones) {
  for (std::size_t bit = prefix_bits; bit < kAllBits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    auto& byte = address.bytes[bit / 8];
    byte = static_cast<std::uint8_t>(ones ? byte | mask : byte & ~mask);
  }
  return address;
}

bool is_v4(const Cidr& cidr) { return cidr.prefix_bits >= kMappedBits && cidr.first.is_v4(); }

}  // namespace

ErrorText describe(CidrError error) {
  switch (error) {
    case CidrError::kNotAPrefix: return {"not_a_prefix", "write 192.0.2.0/24, 2001:db8::/32 or an address"};
    case CidrError::kBitsBeyondItsEnd:
      return {"bits_beyond_prefix", "the address goes on after the prefix has ended; shorten it to zeros there"};
  }
  CHECK(false);
}

Result<Cidr> Cidr::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return Error(CidrError::kNotAPrefix, std::string(text));
  if (slash == std::string_view::npos) return Cidr{*address, kAllBits};

  // As written, "::ffff:192.0.2.0/120" counts its bits from the front and "192.0.2.0/24" from the IPv4 address.
  const std::size_t before = text.find(':') == std::string_view::npos ? kMappedBits : 0;
  const std::string_view digits = text.substr(slash + 1);
  std::size_t bits = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const bool whole = failure == std::errc{} && end == digits.data() + digits.size() && digits.size() <= 3;
  if (!whole || bits > kAllBits - before) return Error(CidrError::kNotAPrefix, std::string(text));
  const Cidr cidr{*address, before + bits};
  if (filled(cidr.first, cidr.prefix_bits, false) != cidr.first) {
    return Error(CidrError::kBitsBeyondItsEnd, std::string(text));
  }
  return cidr;
}

CidrList::CidrList(const std::vector<Cidr>& prefixes) {
  for (const Cidr& cidr : prefixes) {
    auto& ranges = is_v4(cidr) ? v4_ : v6_;
    ranges.emplace_back(cidr.first, filled(cidr.first, cidr.prefix_bits, true));
  }
  for (auto* ranges : {&v4_, &v6_}) {
    std::ranges::sort(*ranges);
    std::vector<Range> apart;
    for (const Range& range : *ranges) {
      // Two prefixes overlap only by one containing the other, and the longer range of those with one start is last.
      if (!apart.empty() && range.first <= apart.back().second) {
        apart.back().second = std::max(apart.back().second, range.second);
      } else {
        apart.push_back(range);
      }
    }
    *ranges = std::move(apart);
  }
}

CidrList CidrList::loopback() { return CidrList({Cidr::parse("127.0.0.0/8").value(), Cidr::parse("::1").value()}); }

bool CidrList::contains(const IpAddress& address) const {
  const auto& ranges = address.is_v4() ? v4_ : v6_;
  const auto after = std::ranges::upper_bound(ranges, address, {}, &Range::first);
  return after != ranges.begin() && address <= std::prev(after)->second;
}

}  // namespace suara
