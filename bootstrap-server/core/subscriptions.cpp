#include "bootstrap-server/core/subscriptions.hpp"

namespace suara::directory {

bool Subscriptions::add(ConnectionId connection, const std::string& network, std::uint64_t heard_revision) {
  if (!networks_.emplace(connection, network).second) return false;
  subscribers_[network].emplace(connection, heard_revision);
  return true;
}

void Subscriptions::remove(ConnectionId connection) {
  const auto found = networks_.find(connection);
  if (found == networks_.end()) return;
  const auto network = subscribers_.find(found->second);
  network->second.erase(connection);
  if (network->second.empty()) subscribers_.erase(network);
  networks_.erase(found);
}

void Subscriptions::broadcast(const std::string& network, std::uint64_t revision,
                              const std::shared_ptr<const std::string>& event, std::vector<Action>& actions) const {
  const auto found = subscribers_.find(network);
  if (found == subscribers_.end()) return;
  for (const auto& [connection, heard_revision] : found->second) {
    if (revision > heard_revision) actions.push_back(Send{connection, event});
  }
}

}  // namespace suara::directory
