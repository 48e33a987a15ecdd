// GET_PEERS, SUBSCRIBE, INSPECT and PING: what changes nothing.
#include "bootstrap-server/core/server_state.hpp"

#include "bootstrap-server/core/directory.hpp"
#include "bootstrap-server/core/hosts.hpp"
#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/core/peer_entries.hpp"
#include "common/wire/classic_bootstrap.hpp"
#include "common/wire/limits.hpp"

#include <algorithm>

namespace suara::directory {

void Server::State::serve(Connection& connection, const wire::GetPeers& request) {
  if (request.network == wire::kEveryNetwork && !is_loopback(connection.opened.remote_host)) {
    return refuse(connection, ServerError::kNetworksNotPermitted);
  }
  if (request.native) return answer(connection, readable_token(), list(request, wire::PeerListWriter()));
  std::vector<wire::ClassicPeer> peers;
  for (Row& row : sample_rows(readable(), request.network, wire::kMaxPeersPerAnswer, rng)) {
    peers.push_back({std::move(row.address), std::move(row.classic_key)});
  }
  answer(connection, readable_token(), wire::encode_classic_peers(peers));
}

void Server::State::serve(Connection& connection, const wire::Subscribe& request) {
  if (!subscriptions.add(connection.opened.connection, request.network, revision())) {
    return refuse(connection, ServerError::kAlreadySubscribed);
  }
  const auto missed = request.since_revision ? changes_since(readable(), request.network, *request.since_revision)
                                             : std::optional<std::string>(std::string());
  std::string bytes = wire::encode(wire::BootstrapReply(wire::Subscribed{revision(), !missed.has_value()}));
  answer(connection, readable_token(), bytes.append(missed.value_or("")));
}

// Those to whom an address belongs have the server look afresh, and the answer waits for what it finds.
void Server::State::serve(Connection& connection, const wire::Inspect& request) {
  if (may_look_afresh(connection, request) &&
      checks.inspect(inspected_row(connection, request), connection.opened.connection, now_ms())) {
    inspections.emplace(connection.opened.connection, request);
    return pause(connection);
  }
  const Finding* known = checks.known(request.address, ttl_ms(), now_ms());
  inspected(connection, request, known);
}

// Not to have other people's addresses called: somebody else's row counts once its peer was found.
bool Server::State::may_look_afresh(const Connection& connection, const wire::Inspect& request) const {
  if (disk_full || !checks_rows()) return false;
  constexpr std::chrono::milliseconds kInterval = kInspectInterval;
  if (checks.known(request.address, static_cast<std::uint64_t>(kInterval.count()), now_ms())) return false;
  const std::string& caller = connection.opened.remote_host;
  if (is_loopback(caller) || request.address.host == caller) return true;
  const auto row = find_row(overlay, request.network, request.address);
  return row && row->verified && row->source_host == caller;
}

Row Server::State::inspected_row(const Connection& connection, const wire::Inspect& request) const {
  if (auto row = find_row(overlay, request.network, request.address)) return *row;
  Row row;
  row.address = request.address;
  row.network = request.network;
  row.source_host = connection.opened.remote_host;
  return row;
}

void Server::State::inspected(Connection& connection, const wire::Inspect& request, const Finding* finding) {
  const Connected& caller = connection.opened;
  wire::Inspected reply{request.address, request.network, wire::Address{caller.remote_host, caller.remote_port}.text()};
  if (const std::optional<Row> row = find_row(readable(), request.network, request.address)) {
    reply.registered = true;
    reply.state = state_of(*row);
    reply.first_seen_ms = row->first_seen_ms;
    reply.lease_left_ms = lease_left_ms(row->lease_ends_ms, now_ms());
    reply.source_host = row->source_host;
    reply.has_key = row->key.has_value();
    reply.status = row->status;
    reply.clock_offset_ms = row->clock_offset_ms;
    if (row->last_check_ms != 0) {
      reply.check = wire::LastCheck{row->last_check_ms, row->check_error.empty(), row->check_error, row->failures};
    }
  } else if (finding != nullptr) {
    const Row asked = inspected_row(connection, request);
    const bool holds = judge(asked, *finding) == Judgement::kHolds;
    reply.check = wire::LastCheck{finding->at_ms, holds, holds ? std::string() : why_not(asked, *finding), 0};
  }
  answer(connection, readable_token(), wire::encode(wire::BootstrapReply(std::move(reply))));
}

void Server::State::serve(Connection& connection, const wire::Ping&) {
  answer(connection, StoreToken{0}, wire::encode(wire::BootstrapReply(wire::Pong{})));
}

std::string Server::State::list(const wire::GetPeers& request, wire::PeerListWriter writer) {
  const std::size_t cap = wire::kMaxPeersPerAnswer;
  const std::size_t limit = request.limit == 0 ? cap : std::min<std::size_t>(request.limit, cap);
  const std::uint64_t present_ms = clock ? clock->now_ms(now.instant) : to_unix_ms(now.wall);
  std::optional<std::string> next;
  if (request.after) {
    Page page = page_of_rows(readable(), request.network, *request.after, limit);
    for (Row& row : page.rows) writer.add(entry_of(std::move(row), present_ms));
    next = std::move(page.next);
  } else if (disk_full) {  // the pages hold what is not durable
    for (Row& row : sample_rows(base, request.network, limit, rng)) writer.add(entry_of(std::move(row), present_ms));
  } else {
    pages.sample(request.network, limit, present_ms, rng, writer);
  }
  return writer.finish(revision(), next);
}

}  // namespace suara::directory
