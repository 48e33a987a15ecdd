// What a bootstrap server does, for tests of nodes: no leases, everybody who registered is verified at once.
#pragma once

#include "common/util/check.hpp"
#include "common/wire/bootstrap_messages.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace suara::testing {

struct SmallDirectory {
  std::vector<wire::Address> rows;    ///< in the order they came
  std::vector<wire::Address> others;  ///< bootstrap servers it names
  std::size_t registrations = 0;
  std::size_t subscriptions = 0;
  std::size_t lists = 0;
  std::function<void(const std::string& line)> push;  ///< to subscribers, when somebody new has registered

  /// The answers to a line.
  std::vector<std::string> operator()(const std::string& line) {
    const auto request = wire::decode_bootstrap_request(line);
    CHECK(request.has_value());
    if (const auto* registration = std::get_if<wire::Register>(&*request)) return {answer(take(*registration))};
    if (const auto* removal = std::get_if<wire::Remove>(&*request)) {
      std::erase(rows, removal->address);
      return {answer(wire::Removed{removal->address, 1})};
    }
    if (std::holds_alternative<wire::Ping>(*request)) return {answer(wire::Pong{})};
    if (std::holds_alternative<wire::Subscribe>(*request)) {
      ++subscriptions;
      return {answer(wire::Subscribed{rows.size(), false})};
    }
    ++lists;
    wire::Peers reply;
    for (const wire::Address& address : rows) {
      wire::PeerEntry entry;
      entry.address = address;
      entry.state = wire::RowState::kVerified;
      reply.peers.push_back(entry);
    }
    return {answer(reply)};
  }

 private:
  static std::string answer(const wire::BootstrapReply& reply) { return wire::encode(reply); }

  wire::Registered take(const wire::Register& registration) {
    ++registrations;
    wire::Registered reply;
    reply.address = registration.address;
    reply.ttl_seconds = 120;
    reply.refresh_seconds = 40;
    reply.state = wire::RowState::kVerified;
    reply.others = others;
    if (std::ranges::find(rows, registration.address) != rows.end()) return reply;
    rows.push_back(registration.address);
    if (push) {
      push(answer(wire::PeerJoined{registration.address, registration.network, rows.size(), reply.state}));
    }
    return reply;
  }
};

}  // namespace suara::testing
