// Sets of IP addresses written as prefixes (CIDR, RFC 4632), and who may connect by two of them. Mapped IPv4
// (::ffff:192.0.2.7) counts as IPv4 throughout: no IPv6 prefix contains an IPv4 address but ::ffff:0:0/96 and longer.
#pragma once

#include "common/util/ip_address.hpp"
#include "common/util/result.hpp"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace suara {

enum class CidrError {
  kNotAPrefix,        ///< neither ADDRESS nor ADDRESS/BITS
  kBitsBeyondItsEnd,  ///< the address has ones where the prefix says anything may stand: 10.1.2.3/8
};
ErrorText describe(CidrError error);

struct Cidr {
  IpAddress first;
  std::size_t prefix_bits = 128;  ///< of the 128 that IpAddress has, also for IPv4

  /// "192.0.2.0/24", "2001:db8::/32", or an address for itself alone.
  static Result<Cidr> parse(std::string_view text);
  friend bool operator==(const Cidr&, const Cidr&) = default;
};

/// Any number of prefixes; a question costs O(log n).
class CidrList {
 public:
  CidrList() = default;
  explicit CidrList(const std::vector<Cidr>& prefixes);

  /// 127.0.0.0/8 and ::1.
  static CidrList loopback();

  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] bool empty() const { return v4_.empty() && v6_.empty(); }

 private:
  using Range = std::pair<IpAddress, IpAddress>;  // both ends are in it

  // Ascending, apart from each other.
  std::vector<Range> v4_;
  std::vector<Range> v6_;
};

/// Who may connect: nobody on `deny`; of the rest, everybody on `allow`, or simply everybody when that is empty.
struct AccessList {
  CidrList allow;
  CidrList deny;

  [[nodiscard]] bool permits(const IpAddress& address) const {
    return !deny.contains(address) && (allow.empty() || allow.contains(address));
  }
};

}  // namespace suara
