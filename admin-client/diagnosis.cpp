#include "admin-client/diagnosis.hpp"

#include "admin-client/networks.hpp"
#include "common/shell/network_error.hpp"
#include "common/util/check.hpp"
#include "common/util/ip_address.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>

namespace suara::admin {
namespace {

/// RFC 1918, RFC 6598, RFC 4193 and link-local: behind NAT or in a container, not where others are.
bool is_private(const IpAddress& ip) {
  const auto* b = ip.bytes.data();
  if (!ip.is_v4()) return (b[0] & 0xfeU) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0U) == 0x80);
  const auto first = b[12];
  const auto second = b[13];
  return first == 10 || (first == 172 && (second & 0xf0U) == 16) || (first == 192 && second == 168) ||
         (first == 169 && second == 254) || (first == 100 && (second & 0xc0U) == 64);
}

std::string host_of(const std::string& observed) {
  const auto address = wire::parse_address(observed);
  return address ? address->host : std::string();
}

bool is_loopback_host(const std::string& host) {
  const auto ip = IpAddress::parse(host);
  return host == "localhost" || (ip && ip->is_loopback());
}

/// The address to advertise instead: where the peer was seen, for one that advertises what others cannot reach.
std::optional<Diagnosis> advertised_wrongly(const wire::Address& address, const std::string& seen_host,
                                            std::string_view who_was_seen) {
  const auto advertised = IpAddress::parse(address.host);
  const bool loopback = is_loopback_host(address.host);
  const bool unspecified = advertised && (*advertised == *IpAddress::parse("0.0.0.0") || *advertised == IpAddress{});
  const bool reachable = !loopback && !unspecified && (!advertised || !is_private(*advertised));
  if (reachable || seen_host.empty() || seen_host == address.host) return std::nullopt;
  if (is_loopback_host(seen_host)) return std::nullopt;  // on the server's own host even loopback is reached
  const std::string better = wire::Address{seen_host, address.port}.text();
  return Diagnosis{Problem::kAdvertises,
                   fmt::format("{} is reached from {} only, and {} from {}: start the peer with --advertise {}",
                               address.text(), loopback || unspecified ? "its own host" : "its own private network",
                               who_was_seen, seen_host, better)};
}

Diagnosis diagnose_failure(const wire::Inspected& inspected, const std::string& error) {
  using shell::NetworkError;
  const std::string address = inspected.address.text();
  const auto says = [&](std::string_view words) { return error.find(words) != std::string::npos; };
  const auto is = [&](NetworkError e) { return says(describe(e).sentence); };
  if (is(NetworkError::kRefused)) {
    return {Problem::kNotListening,
            "nobody listens at " + address +
                ": start the peer, or compare its --listen and the port forwarded to it with this address"};
  }
  if (is(NetworkError::kDialTimeout) || is(NetworkError::kUnreachable)) {
    return {Problem::kNoWayThrough, "connections to " + address +
                                        " do not come through: open the port in the firewall, or forward it behind "
                                        "NAT, or start the peer with --advertise of an address that is reachable"};
  }
  if (is(NetworkError::kCannotResolve)) {
    return {Problem::kUnknownHost, "the name " + inspected.address.host +
                                       " has no address where the server looks: mend its DNS entry, or start the peer "
                                       "with --advertise of an IP address"};
  }
  if (says("of network ") || says("wrong_network")) {
    return {Problem::kOtherNetwork, "the node at " + address + " belongs to another network (" + error +
                                        "): start it with the same --genesis, --network or --dev as the others"};
  }
  if (says(" key") || says("signature")) {
    return {Problem::kOtherNode,
            "another node than the one that registered answers at " + address +
                ": remove the stale row (remove --admin-key), or give each node a port of its own"};
  }
  if (says("does not answer as a peer") || is(NetworkError::kNoAnswer) || is(NetworkError::kPeerClosed) ||
      is(NetworkError::kReset)) {
    return {Problem::kNotAPeer, "something at " + address + " takes connections but does not answer as a peer (" +
                                    error + "): is another program, or a proxy, on this port?"};
  }
  return {Problem::kFailsOtherwise, "the server cannot reach " + address + ": " + error};
}

Diagnosis diagnose_unregistered(const wire::Inspected& inspected, const std::string& server) {
  if (auto wrong = advertised_wrongly(inspected.address, host_of(inspected.observed), "you are seen")) return *wrong;
  const std::string where = fmt::format("{} is not registered in network {} at {}", inspected.address.text(),
                                        network_label(inspected.network), server);
  const std::string start = "start the peer with --bootstrap " + server + ", or look in another network (--network)";
  if (inspected.check && !inspected.check->ok)
    return {Problem::kNotRegistered,
            where + " and cannot be reached either (" + inspected.check->error + "): " + start};
  return {Problem::kNotRegistered, where + (inspected.check ? ", though it can be reached: " : ": ") + start};
}

}  // namespace

std::string_view name_of(Problem problem) {
  switch (problem) {
    case Problem::kNone: return "none";
    case Problem::kNotRegistered: return "not_registered";
    case Problem::kNotCheckedYet: return "not_checked_yet";
    case Problem::kAdvertises: return "advertises_wrong_address";
    case Problem::kNotListening: return "not_listening";
    case Problem::kNoWayThrough: return "no_way_through";
    case Problem::kUnknownHost: return "unknown_host";
    case Problem::kOtherNode: return "other_node";
    case Problem::kOtherNetwork: return "other_network";
    case Problem::kNotAPeer: return "not_a_peer";
    case Problem::kFailsOtherwise: return "fails_otherwise";
    case Problem::kClock: return "clock";
  }
  CHECK(false);
}

Diagnosis diagnose(const wire::Inspected& inspected, const std::string& server) {
  if (!inspected.registered) return diagnose_unregistered(inspected, server);
  if (inspected.check && !inspected.check->ok) {
    if (auto wrong = advertised_wrongly(inspected.address, inspected.source_host, "the peer registers")) return *wrong;
    return diagnose_failure(inspected, inspected.check->error);
  }
  if (inspected.state == wire::RowState::kUnverified && !inspected.check) {
    return {Problem::kNotCheckedYet, "the server has not dialled " + inspected.address.text() +
                                         " back yet: ask again in a few seconds, from its host or the server's"};
  }
  if (const auto offset = inspected.clock_offset_ms; offset && std::abs(*offset) > kClockTolerance.count()) {
    return {Problem::kClock,
            fmt::format("the peer's clock is {:.1f} s {} the server's: set both by NTP",
                        static_cast<double>(std::abs(*offset)) / 1000.0, *offset > 0 ? "ahead of" : "behind")};
  }
  return {Problem::kNone, "nothing is wrong: others find " + inspected.address.text() + " in network " +
                              network_label(inspected.network)};
}

}  // namespace suara::admin
