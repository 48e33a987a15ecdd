#include "tests/sim/directory_host.hpp"

namespace suara::sim {

DirectoryHost::DirectoryHost(Environment& environment, LineHostOptions options, directory::Options directory)
    : LineHost(environment, std::move(options)), directory_options_(directory), core_rng_(environment.rng.next()) {}

std::set<std::string> DirectoryHost::listed(const std::string& network) const {
  std::set<std::string> addresses;
  for (const wire::PeerEntry& peer : server_->list_peers({true, network, 0, {}}, now()).peers) {
    addresses.insert(peer.address.text());
  }
  return addresses;
}

void DirectoryHost::daemon_started() {
  server_ = std::make_unique<directory::Server>(directory_options_, disk().view(), core_rng_);
  arm();
}

void DirectoryHost::daemon_died() {
  server_.reset();
  notices_.clear();
  notified_.clear();
}

// ---- events --------------------------------------------------------------------------------------------------

void DirectoryHost::opened(const Opened& what) {
  if (what.inbound) return feed(directory::Connected{what.connection, what.remote_host, what.remote_port});
  const auto notice = notices_.extract(what.dial);
  notified_.insert(what.connection);
  send(what.connection, *notice.mapped());
  close(what.connection);
}

void DirectoryHost::dial_failed(DialId dial, const Error&) { notices_.erase(dial); }

void DirectoryHost::line(ConnectionId connection, std::string_view line) {
  if (notified_.contains(connection)) return;
  auto request = wire::decode_bootstrap_request(line);
  if (request) {
    feed(directory::RequestReceived{connection, std::move(*request)});
  } else {
    feed(directory::BadRequest{connection, request.error(), false});
  }
}

void DirectoryHost::bad_line(ConnectionId connection, const Error& error) {
  if (!notified_.contains(connection)) feed(directory::BadRequest{connection, error, true});
}

void DirectoryHost::closed(ConnectionId connection, const Error&) {
  if (notified_.erase(connection) == 0) feed(directory::Disconnected{connection});
}

void DirectoryHost::stored(StoreToken token) { feed(directory::Stored{token}); }
void DirectoryHost::tick() { feed(directory::Tick{}); }
std::optional<Instant> DirectoryHost::next_deadline() const { return server_->next_deadline(); }

// ---- actions -------------------------------------------------------------------------------------------------

void DirectoryHost::feed(directory::Event event) {
  for (directory::Action& action : server_->handle(std::move(event), now())) {
    std::visit([this](auto& one) { execute(one); }, action);
  }
  arm();
}

void DirectoryHost::execute(directory::Send& action) { send(action.connection, *action.bytes); }

void DirectoryHost::execute(directory::Close& action) {
  log("closes: " + action.reason);
  close(action.connection);
}

void DirectoryHost::execute(directory::Store& action) { store(action.token, std::move(action.batch)); }

void DirectoryHost::execute(directory::Notify& action) {
  const DialId dial{next_dial_++};
  notices_.emplace(dial, std::move(action.line));
  environment_.network.dial(id(), dial, action.address);
}

void DirectoryHost::execute(Report& action) { log("says: " + action.text); }

}  // namespace suara::sim
