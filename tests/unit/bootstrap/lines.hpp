// What native clients write to the directory, and what its answers say.
#pragma once

#include "tests/unit/bootstrap/harness.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace suara::directory {

inline const std::string kNetwork(64, 'a');
inline const std::string kOther(64, 'b');

inline std::string register_line(const std::string& address, const std::string& network = kNetwork) {
  return wire::encode(
      wire::BootstrapRequest(wire::Register{wire::Flavour::kNative, *wire::parse_address(address), network, {}, {}}));
}
inline std::string remove_line(const std::string& address, const std::string& network = kNetwork) {
  return wire::encode(
      wire::BootstrapRequest(wire::Remove{wire::Flavour::kNative, *wire::parse_address(address), network}));
}
inline std::string get_line(const std::string& network = kNetwork, std::uint32_t limit = 0,
                            std::optional<std::string> after = {}) {
  return wire::encode(wire::BootstrapRequest(wire::GetPeers{true, network, limit, std::move(after)}));
}
inline std::string subscribe_line(std::optional<std::uint64_t> since = {}, const std::string& network = kNetwork) {
  return wire::encode(wire::BootstrapRequest(wire::Subscribe{network, since}));
}

inline std::string classic_line(const std::string& address) {
  return R"({"type":"REGISTER","payload":")" + address + "\"}\n";
}

inline std::vector<wire::BootstrapReply> replies(const std::string& bytes) {
  std::vector<wire::BootstrapReply> decoded;
  wire::LineFramer framer(wire::LineFramer::Mode::kLine, wire::kMaxBootstrapReplySizeBytes);
  framer.feed(bytes);
  while (true) {
    const auto line = framer.next();
    if (!line || !*line) break;
    auto reply = wire::decode_bootstrap_reply(**line);
    if (!reply) ADD_FAILURE() << **line << ": " << reply.error().message();
    if (reply) decoded.push_back(std::move(*reply));
  }
  return decoded;
}

template <class T>
T only(const std::string& bytes) {
  const auto decoded = replies(bytes);
  if (decoded.size() != 1 || !std::holds_alternative<T>(decoded[0])) {
    ADD_FAILURE() << "not the one expected reply: " << bytes;
    return {};
  }
  return std::get<T>(decoded[0]);
}

inline std::multiset<std::string> addresses(const wire::Peers& peers) {
  std::multiset<std::string> texts;
  for (const wire::PeerEntry& entry : peers.peers) texts.insert(entry.address.text());
  return texts;
}

// "+a:1" for a join, "-a:1 expired" for a leave.
inline std::vector<std::string> news(const std::string& bytes) {
  std::vector<std::string> texts;
  for (const wire::BootstrapReply& reply : replies(bytes)) {
    if (const auto* joined = std::get_if<wire::PeerJoined>(&reply)) texts.push_back("+" + joined->address.text());
    if (const auto* left = std::get_if<wire::PeerLeft>(&reply)) {
      texts.push_back("-" + left->address.text() + (left->reason == wire::LeaveReason::kExpired ? " expired" : ""));
    }
  }
  return texts;
}

/// Of a network's first row.
inline std::string state_of(Harness& harness, const std::string& network = kNetwork) {
  const auto peers = only<wire::Peers>(harness.ask(get_line(network))).peers;
  return peers.empty() ? "not listed" : std::string(text_of(peers.front().state));
}

}  // namespace suara::directory
