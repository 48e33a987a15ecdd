// While the disk is full: nothing is written, nothing acknowledged, no lease ends; what is durable can be read.
#include "bootstrap-server/core/server_state.hpp"

#include "bootstrap-server/core/limits.hpp"

#include <set>

namespace suara::directory {

// What was asked and not yet answered may become durable after all: an error means "unknown", and clients repeat.
void Server::State::on(const StoreUnavailable& event) {
  actions.push_back(
      Report{Severity::kError, "the disk is full, nothing is registered until there is room: " + event.reason});
  disk_full = true;
  due_check.reset();
  const Error error = ServerError::kDiskFull;
  const std::string bytes =
      wire::encode(wire::BootstrapReply(wire::ErrorReply{std::string(error.name()), error.message()}));
  std::set<ConnectionId> unanswered;
  for (const auto& [token, connection] : waiting) unanswered.insert(connection);
  waiting.clear();
  for (const ConnectionId id : unanswered) {
    if (Connection* connection = find(id)) connection->answers.fail(bytes, actions);
  }
}

// Nobody could renew meanwhile: leases count again one TTL from now, as after a restart.
void Server::State::on(const StoreAvailable&) {
  actions.push_back(Report{Severity::kInfo, "there is room on the disk again"});
  disk_full = false;
  begin_quiet();
}

std::optional<Error> Server::State::cannot_write() const {
  if (disk_full) return ServerError::kDiskFull;
  if (overlay.batches_in_flight() >= kMaxBatchesInFlight) return ServerError::kBusy;
  return std::nullopt;
}

}  // namespace suara::directory
