#include "peer-node/p2p/net_group.hpp"

#include "common/util/cidr_list.hpp"

#include <array>

namespace suara::p2p {
namespace {

constexpr std::size_t kV4Octets = 2;
constexpr std::size_t kV6Octets = 4;
constexpr std::size_t kMappedOctets = 12;  // before an IPv4 address

const CidrList& own_networks() {
  static const CidrList list = [] {
    std::vector<Cidr> prefixes;
    for (const char* text : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
                             "127.0.0.0/8", "::1", "fc00::/7", "fe80::/10"}) {
      prefixes.push_back(Cidr::parse(text).value());
    }
    return CidrList(prefixes);
  }();
  return list;
}

}  // namespace

NetGroup::NetGroup(std::string_view host) {
  const auto address = IpAddress::parse(host);
  if (!address) {
    text_ = host;
    return;
  }
  if (own_networks().contains(*address)) {
    text_ = address->text();
    return;
  }
  exclusive_ = true;
  const std::size_t octets = address->is_v4() ? kMappedOctets + kV4Octets : kV6Octets;
  IpAddress first;
  for (std::size_t i = 0; i < octets; ++i) first.bytes[i] = address->bytes[i];
  text_ = first.text() + (address->is_v4() ? "/16" : "/32");
}

}  // namespace suara::p2p
