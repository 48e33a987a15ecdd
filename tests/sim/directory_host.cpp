#include "tests/sim/directory_host.hpp"

namespace suara::sim {
namespace {

constexpr Duration kErrandTime = std::chrono::seconds(5);
constexpr Duration kMaxCheckTime = std::chrono::milliseconds(20);

}  // namespace

DirectoryHost::DirectoryHost(Environment& environment, LineHostOptions options, directory::Options directory)
    : LineHost(environment, std::move(options)), directory_options_(directory), core_rng_(environment.rng.next()) {}

std::set<std::string> DirectoryHost::listed(const std::string& network) const {
  std::set<std::string> addresses;
  const std::string payload = server_->list_peers({true, network, 0, {}}, now());
  const auto reply = wire::decode_bootstrap_reply("{\"type\":\"PEERS\",\"payload\":" + payload + "}");
  for (const wire::PeerEntry& peer : std::get<wire::Peers>(*reply).peers) {
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
  errands_.clear();
  visits_.clear();
}

// ---- events --------------------------------------------------------------------------------------------------

void DirectoryHost::opened(const Opened& what) {
  if (what.inbound) return feed(directory::Connected{what.connection, what.remote_host, what.remote_port});
  const auto found = errands_.extract(what.dial);
  if (found.empty()) return close(what.connection);  // given up meanwhile
  const Errand& errand = visits_.emplace(what.connection, found.mapped()).first->second;
  if (errand.line && !errand.line->empty()) send(what.connection, *errand.line);
  if (!errand.want_answer) end_visit(what.connection, std::string());
}

void DirectoryHost::dial_failed(DialId dial, const Error& error) {
  const auto errand = errands_.extract(dial);
  if (!errand.empty() && errand.mapped().probe) feed(directory::Probed{*errand.mapped().probe, false, error});
}

void DirectoryHost::end_visit(ConnectionId connection, Result<std::string> answer) {
  const auto found = visits_.find(connection);
  if (found == visits_.end()) return;
  const std::optional<ProbeId> probe = std::exchange(found->second.probe, std::nullopt);
  close(connection);
  if (probe) feed(directory::Probed{*probe, true, std::move(answer)});
}

void DirectoryHost::line(ConnectionId connection, std::string_view line) {
  if (visits_.contains(connection)) return end_visit(connection, std::string(line));
  auto request = wire::decode_bootstrap_request(line);
  if (request) {
    feed(directory::RequestReceived{connection, std::move(*request)});
  } else {
    feed(directory::BadRequest{connection, request.error(), false});
  }
}

void DirectoryHost::bad_line(ConnectionId connection, const Error& error) {
  if (visits_.contains(connection)) return end_visit(connection, error);
  feed(directory::BadRequest{connection, error, true});
}

void DirectoryHost::closed(ConnectionId connection, const Error& reason) {
  if (!visits_.contains(connection)) return feed(directory::Disconnected{connection});
  end_visit(connection, reason);
  visits_.erase(connection);
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
  run_errand(action.address, {std::nullopt, std::move(action.line), false});
}

void DirectoryHost::execute(directory::Probe& action) {
  run_errand(action.address, {action.probe, std::move(action.line), action.want_answer});
}

// Five seconds for everything, as the shell gives it.
void DirectoryHost::run_errand(const wire::Address& address, Errand errand) {
  const DialId dial{next_dial_++};
  const std::optional<ProbeId> probe = errand.probe;
  errands_.emplace(dial, std::move(errand));
  environment_.network.dial(id(), dial, address);
  if (!probe) return;
  later(kErrandTime, [this, dial, probe = *probe] {
    if (errands_.erase(dial) == 1) return feed(directory::Probed{probe, false, Error(StreamError::kDialTimeout)});
    for (const auto& [connection, visit] : visits_) {
      if (visit.probe == probe) return end_visit(connection, Error(StreamError::kIdle));
    }
  });
}

void DirectoryHost::execute(directory::CheckSignature& action) {
  // Workers finish in any order.
  later(between(environment_.rng, Duration(0), kMaxCheckTime), [this, action] {
    feed(directory::SignatureChecked{action.check, verify(action.key, action.digest, action.signature)});
  });
}

void DirectoryHost::execute(Report& action) { log("says: " + action.text); }

}  // namespace suara::sim
