#include "bootstrap-server/core/server_state.hpp"

#include "bootstrap-server/core/directory.hpp"
#include "bootstrap-server/core/hosts.hpp"
#include "bootstrap-server/core/limits.hpp"
#include "common/util/check.hpp"

namespace suara::directory {
namespace {

wire::ErrorReply reply_of(const Error& error) { return {std::string(error.name()), error.message()}; }

}  // namespace

// ---- events ------------------------------------------------------------------------------------------------

void Server::State::on(const Connected& event) {
  Connected opened = event;
  opened.remote_host = plain_host(event.remote_host);
  const auto [place, fresh] = connections.emplace(event.connection, Connection(std::move(opened)));
  CHECK(fresh);
  recognise(place->second);
}

void Server::State::on(RequestReceived& event) {
  Connection* connection = find(event.connection);
  if (connection == nullptr || connection->answers.closing()) return;
  const Asked asked{kind_of(event.request), now.instant};
  if (connection->held) {
    if (connection->held->add(std::move(event.request))) connection->answers.expect(asked);
    return;
  }
  connection->answers.expect(asked);
  take(*connection, event.request);
}

void Server::State::on(const BadRequest& event) {
  Connection* connection = find(event.connection);
  if (connection == nullptr || connection->answers.closing()) return;
  meter.bad_line(event.error.name());
  const Asked asked{RequestKind::kNone, now.instant};
  if (connection->held) {
    if (connection->held->add(event)) connection->answers.expect(asked);
    return;
  }
  connection->answers.expect(asked);
  take(*connection, event);
}

void Server::State::on(const Disconnected& event) {
  subscriptions.remove(event.connection);
  if (Connection* connection = find(event.connection); connection != nullptr && connection->held) {
    connection->gone = true;
  } else {
    connections.erase(event.connection);
  }
}

// Answers leave before the events of the same batch: who subscribed in between hears SUBSCRIBED first.
void Server::State::on(const Stored& event) {
  CHECK(event.token > stored && event.token <= last_token);
  overlay.stored(event.token);
  stored = event.token;
  while (!waiting.empty() && waiting.front().first <= stored) {
    if (Connection* connection = find(waiting.front().second)) connection->answers.take(stored, actions, meter);
    waiting.pop_front();
  }
  broadcasts.take(stored, subscriptions, overlay, rng, actions,
                  [this](const Row& receiver, const Checks::Line& line) { tell_classic(receiver, line); });
}

// ---- requests ----------------------------------------------------------------------------------------------

void Server::State::take(Connection& connection, wire::BootstrapRequest& request) {
  if (connection.answers.closing()) return;
  if (connection.answers.full()) return refuse(connection, too_many_requests(), Then::kClose);
  if (!admit(connection, request)) return;
  std::visit([&](auto& one) { serve(connection, one); }, request);
}

void Server::State::take(Connection& connection, const BadRequest& request) {
  if (connection.answers.closing()) return;
  if (!forgive(connection)) return;
  const bool close = request.fatal || connection.answers.full();
  refuse(connection, request.error, close ? Then::kClose : Then::kKeepOpen);
}

void Server::State::resume(Connection& connection) {
  auto held = std::move(connection.held);
  while (!connection.held && !held->empty()) {
    HeldRequests::Held next = held->take_first();
    std::visit([&](auto& request) { take(connection, request); }, next);
  }
  if (connection.held) {
    connection.held = std::move(held);  // paused again: the rest waits on
    return;
  }
  if (!connection.gone) return;
  subscriptions.remove(connection.opened.connection);
  connections.erase(connection.opened.connection);
}

// ---- shared by all -----------------------------------------------------------------------------------------

Server::State::Connection* Server::State::find(ConnectionId id) {
  const auto found = connections.find(id);
  return found == connections.end() ? nullptr : &found->second;
}

void Server::State::answer(Connection& connection, StoreToken after, std::string bytes, Then then,
                           std::string_view result) {
  if (connection.gone || connection.answers.closing()) return;
  connection.answers.add(after, std::move(bytes), then, result);
  connection.answers.take(stored, actions, meter);
  if (after > stored) waiting.emplace_back(after, connection.opened.connection);
}

void Server::State::refuse(Connection& connection, const Error& error, Then then) {
  refuse(connection, reply_of(error), then);
}

void Server::State::refuse_by_rows(Connection& connection, const Error& error) {
  refuse_by_rows(connection, reply_of(error));
}

void Server::State::refuse_by_rows(Connection& connection, wire::ErrorReply reply) {
  refuse(connection, std::move(reply), Then::kKeepOpen, readable_token());
}

void Server::State::refuse(Connection& connection, wire::ErrorReply reply, Then then, StoreToken after) {
  actions.push_back(Report{Severity::kDebug, "refused " + connection.opened.remote_host + ": " + reply.message});
  const std::string_view result = meter.result_of(reply.code);
  answer(connection, after, wire::encode(wire::BootstrapReply(std::move(reply))), then, result);
}

void Server::State::record(store::Draft& draft, Change change, wire::ClassicPeer peer, std::string reported,
                           Broadcasts::To to) {
  append_change(draft, change, now.wall);
  if (const auto* left = std::get_if<wire::PeerLeft>(&change)) ++removed[static_cast<std::size_t>(left->reason)];
  known_revision = std::visit([](const auto& event) { return event.revision; }, change);
  // The token that commit() is about to give this event's batch.
  broadcasts.add(StoreToken{last_token.value + 1}, std::move(change), std::move(peer), to);
  reports.add(std::move(reported), now.instant, actions);
}

std::uint64_t Server::State::revision() {
  if (disk_full) return revision_of(base);
  if (!known_revision) known_revision = revision_of(overlay);
  return *known_revision;
}

StoreToken Server::State::commit(store::Draft& draft) {
  CHECK(!draft.empty());
  last_token = StoreToken{last_token.value + 1};
  store::WriteBatch batch = draft.take();
  overlay.add(last_token, batch);
  pages.apply(batch);
  actions.push_back(Store{last_token, std::move(batch)});
  return last_token;
}

// ---- the interface -----------------------------------------------------------------------------------------

Server::Server(Options options, const store::StoreView& store, Rng& rng)
    : state_(std::make_unique<State>(std::move(options), store, rng)) {}

Server::~Server() = default;

std::vector<Action> Server::handle(Event event, Now now) {
  State& state = *state_;
  state.now = now;
  state.meter.begin_event();
  if (!state.clock) {
    state.clock.emplace(now);
    state.begin_quiet();
  }
  std::visit([&](auto& happened) { state.on(happened); }, event);
  state.check_due();
  state.guard.look_again(state.guard_look(state.overlay));
  state.drive_checks();
  state.reports.flush(now.instant, state.actions);
  return std::exchange(state.actions, {});
}

void Server::reconfigure(Options options) {
  state_->longest_ttl = std::max(state_->longest_ttl, options.ttl);
  state_->options = std::move(options);
  state_->rate_limits.set_rates(state_->options.rates);
  for (auto& [id, connection] : state_->connections) state_->recognise(connection);
  state_->guard.set_ttl(state_->options.ttl);
  state_->checks.set_ttl(state_->options.ttl);
  state_->deadlines_are_near = false;
  if (!state_->due_check) state_->due_check = state_->now.instant + state_->options.ttl;
}

void Server::handed_over(Instant when) { state_->meter.handed_over(when); }

std::optional<Instant> Server::next_deadline() const {
  std::optional<Instant> next = state_->due_check;
  for (const auto& other : {state_->guard.deadline(), state_->checks.deadline(state_->now.instant)}) {
    if (other && (!next || *other < *next)) next = other;
  }
  return next;
}

bool Server::all_stored() const { return state_->overlay.batches_in_flight() == 0 && state_->signature_checks.empty(); }

Stats Server::stats() const {
  const State& state = *state_;
  const RowTotals rows = count_all_rows(state.overlay);
  Stats stats;
  stats.peers = rows.listed.rows;
  stats.peers_verified = rows.listed.verified;
  auto& not_verified = state.options.verify == Verify::kOff ? stats.peers_unchecked : stats.peers_unverified;
  not_verified = rows.listed.rows - rows.listed.verified;
  stats.peers_unlisted = rows.unlisted;
  stats.revision = revision_of(state.overlay);
  stats.connections = state.connections.size();
  stats.subscriptions = state.subscriptions.size();
  stats.batches_in_flight = state.overlay.batches_in_flight();
  stats.disk_full = state.disk_full;
  stats.limited_callers = state.rate_limits.callers();
  stats.registered = state.registered;
  stats.renewed = state.renewed;
  stats.removed = state.removed;
  stats.networks_paused = state.guard.paused();
  stats.checks_in_flight = state.checks.in_flight();
  stats.checks_waiting = state.checks.waiting();
  stats.notices_dropped = state.checks.notices_dropped();
  return stats;
}

const RequestMeter& Server::requests() const { return state_->meter; }

std::string Server::list_peers(const wire::GetPeers& request, Now now) const {
  state_->now = now;
  return state_->list(request, wire::PeerListWriter(wire::PeerListWriter::Shape::kPayload));
}

}  // namespace suara::directory
