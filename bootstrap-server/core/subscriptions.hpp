// Which connections hear of which network's changes, and from which revision on.
#pragma once

#include "bootstrap-server/core/actions.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace suara::directory {

/// Bounded by the shell's bound on connections: each has at most one subscription, another is
/// refused with `already_subscribed`.
class Subscriptions {
 public:
  /// False when the connection has one already. It was told of everything up to `heard_revision`.
  bool add(ConnectionId connection, const std::string& network, std::uint64_t heard_revision);
  void remove(ConnectionId connection);

  /// Sends one encoded event to all whom it is news to.
  void broadcast(const std::string& network, std::uint64_t revision, const std::shared_ptr<const std::string>& event,
                 std::vector<Action>& actions) const;
  [[nodiscard]] std::size_t size() const { return networks_.size(); }

 private:
  std::map<ConnectionId, std::string> networks_;
  std::map<std::string, std::map<ConnectionId, std::uint64_t>, std::less<>> subscribers_;
};

}  // namespace suara::directory
