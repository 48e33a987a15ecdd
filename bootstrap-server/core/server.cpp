#include "bootstrap-server/core/server.hpp"

#include "bootstrap-server/core/answers.hpp"
#include "bootstrap-server/core/broadcasts.hpp"
#include "bootstrap-server/core/change_log.hpp"
#include "bootstrap-server/core/change_reports.hpp"
#include "bootstrap-server/core/directory.hpp"
#include "bootstrap-server/core/hosts.hpp"
#include "bootstrap-server/core/lease_clock.hpp"
#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/core/permissions.hpp"
#include "bootstrap-server/core/server_error.hpp"
#include "bootstrap-server/core/subscriptions.hpp"
#include "common/store/draft.hpp"
#include "common/util/check.hpp"
#include "common/wire/classic_bootstrap.hpp"
#include "common/wire/limits.hpp"

#include <algorithm>
#include <map>

namespace suara::directory {
namespace {

using wire::Flavour;
using Then = Answers::Then;

wire::PeerEntry entry_of(const Row& row, std::uint64_t now_ms) {
  const std::uint64_t left = row.lease_ends_ms > now_ms ? row.lease_ends_ms - now_ms : 1;
  return {row.address,
          row.network,
          row.verified ? "verified" : "unverified",
          row.first_seen_ms,
          row.lease_ends_ms == 0 ? 0 : left,
          row.status};
}

std::string encode_error(const Error& error) {
  return wire::encode(wire::BootstrapReply(wire::ErrorReply{std::string(error.name()), error.message()}));
}

}  // namespace

struct Server::State {
  struct Connection {
    Connected opened;
    Answers answers;
  };

  State(Options server_options, const store::StoreView& base, Rng& random)
      : options(server_options), overlay(base), rng(random) {}

  // -- events
  void on(const Connected& event);
  void on(RequestReceived& event);
  void on(const BadRequest& event);
  void on(const Disconnected& event);
  void on(const Stored& event);
  void on(const Tick&) {}

  // -- requests
  void serve(Connection& connection, wire::Register& request);
  void serve(Connection& connection, const wire::GetPeers& request);
  void serve(Connection& connection, const wire::Remove& request);
  void serve(Connection& connection, const wire::Subscribe& request);
  void serve(Connection& connection, const wire::Ping&);

  // -- leases
  void check_leases();
  void shorten_long_leases(store::Draft& draft);
  std::uint64_t ttl_ms() const;

  // -- shared by all
  Connection* find(ConnectionId id);
  void answer(Connection& connection, StoreToken after, std::string bytes, Then then = Then::kKeepOpen);
  void refuse(Connection& connection, const Error& error, Then then = Then::kKeepOpen);
  void record(store::Draft& draft, Change change, wire::ClassicPeer peer, std::string reported);
  StoreToken commit(store::Draft& draft);
  wire::Peers list(const wire::GetPeers& request);

  Options options;
  store::Overlay overlay;
  Rng& rng;
  Now now{};
  std::vector<Action> actions;
  std::optional<LeaseClock> clock;  // from the first event on
  std::optional<Instant> lease_check;
  std::map<ConnectionId, Connection> connections;
  Subscriptions subscriptions;
  Broadcasts broadcasts;
  ChangeReports reports;
  StoreToken last_token{0};
  StoreToken stored{0};
  std::deque<std::pair<StoreToken, ConnectionId>> waiting;  // who has answers to take at which token
};

// ---- events ------------------------------------------------------------------------------------------------

void Server::State::on(const Connected& event) {
  Connected opened = event;
  opened.remote_host = plain_host(event.remote_host);
  const bool fresh = connections.emplace(event.connection, Connection{opened, Answers(event.connection)}).second;
  CHECK(fresh);
}

void Server::State::on(RequestReceived& event) {
  Connection* connection = find(event.connection);
  if (connection == nullptr || connection->answers.closing()) return;
  if (connection->answers.full()) {
    const std::string bound = "at most " + std::to_string(kMaxPendingAnswers) + " wait";
    return refuse(*connection, Error(ServerError::kTooManyRequests, bound), Then::kClose);
  }
  std::visit([&](auto& request) { serve(*connection, request); }, event.request);
}

void Server::State::on(const BadRequest& event) {
  Connection* connection = find(event.connection);
  if (connection == nullptr || connection->answers.closing()) return;
  const bool close = event.fatal || connection->answers.full();
  refuse(*connection, event.error, close ? Then::kClose : Then::kKeepOpen);
}

void Server::State::on(const Disconnected& event) {
  subscriptions.remove(event.connection);
  connections.erase(event.connection);
}

// Answers leave before the events of the same batch: who subscribed in between hears SUBSCRIBED first.
void Server::State::on(const Stored& event) {
  CHECK(event.token > stored && event.token <= last_token);
  overlay.stored(event.token);
  stored = event.token;
  while (!waiting.empty() && waiting.front().first <= stored) {
    if (Connection* connection = find(waiting.front().second)) connection->answers.take(stored, actions);
    waiting.pop_front();
  }
  broadcasts.take(stored, subscriptions, overlay, rng, actions);
}

// ---- requests ----------------------------------------------------------------------------------------------

void Server::State::serve(Connection& connection, wire::Register& request) {
  const Connected& caller = connection.opened;
  if (is_unspecified(request.address.host)) {
    const std::string better = wire::Address{caller.remote_host, request.address.port}.text();
    return refuse(connection,
                  Error(ServerError::kUnspecifiedAddress, "register the address others reach you at, as " + better));
  }
  if (overlay.batches_in_flight() >= kMaxBatchesInFlight) return refuse(connection, ServerError::kBusy);

  const bool native = request.flavour == Flavour::kNative;
  const std::optional<Row> previous = find_row(overlay, request.network, request.address);
  Row row = previous.value_or(Row{});
  if (!previous) {
    row.address = request.address;
    row.network = request.network;
    row.first_seen_ms = to_unix_ms(now.wall);
    row.source_host = caller.remote_host;
  }
  if (!previous || row.flavour == request.flavour || may_change_flavour(*previous, caller.remote_host)) {
    row.flavour = request.flavour;
    row.classic_key = std::move(request.classic_key);
    row.status = std::move(request.status);
  }
  const bool leased = row.flavour == Flavour::kNative;
  row.lease_ends_ms = leased ? clock->now_ms(now.instant) + ttl_ms() : 0;
  if (leased && !lease_check) lease_check = now.instant + options.ttl;

  store::Draft draft(overlay);
  put_row(draft, row, previous);
  if (!previous) {
    record(draft, wire::PeerJoined{row.address, row.network, 0}, {row.address, row.classic_key},
           "joined: " + row.address.text() + " from " + caller.remote_host);
  }
  const StoreToken token = commit(draft);
  if (request.flavour == Flavour::kClassicV1) {
    return answer(connection, token, std::string(previous ? wire::kClassicRefreshed : wire::kClassicRegistered));
  }
  if (!native) return answer(connection, token, {}, Then::kClose);

  // A third of the lease, give or take a tenth, so that peers that started together do not stay together.
  const std::uint64_t refresh_seconds = ttl_ms() * (900 + rng.below(201)) / 3'000'000;
  answer(connection, token,
         wire::encode(wire::BootstrapReply(
             wire::Registered{row.address, previous.has_value(), static_cast<std::uint32_t>(options.ttl.count()),
                              static_cast<std::uint32_t>(std::max<std::uint64_t>(1, refresh_seconds)),
                              wire::Address{caller.remote_host, caller.remote_port}.text(),
                              row.verified ? "verified" : "unverified", revision_of(overlay)})));
}

void Server::State::serve(Connection& connection, const wire::GetPeers& request) {
  if (request.native) return answer(connection, last_token, wire::encode(wire::BootstrapReply(list(request))));
  std::vector<wire::ClassicPeer> peers;
  for (Row& row : sample_rows(overlay, request.network, wire::kMaxPeersPerAnswer, rng)) {
    peers.push_back({std::move(row.address), std::move(row.classic_key)});
  }
  answer(connection, last_token, wire::encode_classic_peers(peers));
}

void Server::State::serve(Connection& connection, const wire::Remove& request) {
  const std::optional<Row> row = find_row(overlay, request.network, request.address);
  if (!row) {
    switch (request.flavour) {
      case Flavour::kNative: return refuse(connection, Error(ServerError::kNotFound, request.address.text()));
      case Flavour::kClassicV1: return answer(connection, last_token, std::string(wire::kClassicNotFound));
      case Flavour::kClassicV0:
      case Flavour::kClassicV2: return answer(connection, last_token, {}, Then::kClose);
    }
  }
  if (!may_remove(*row, connection.opened.remote_host)) {
    return refuse(connection, Error(ServerError::kNotPermitted, "you call from " + connection.opened.remote_host));
  }
  if (overlay.batches_in_flight() >= kMaxBatchesInFlight) return refuse(connection, ServerError::kBusy);

  store::Draft draft(overlay);
  erase_row(draft, *row);
  record(draft, wire::PeerLeft{row->address, row->network, wire::LeaveReason::kRemoved, 0},
         {row->address, row->classic_key}, "left: " + row->address.text() + ", removed");
  const StoreToken token = commit(draft);
  switch (request.flavour) {
    case Flavour::kNative:
      return answer(connection, token,
                    wire::encode(wire::BootstrapReply(wire::Removed{row->address, revision_of(overlay)})));
    case Flavour::kClassicV1: return answer(connection, token, std::string(wire::kClassicRemoved));
    case Flavour::kClassicV0:
    case Flavour::kClassicV2: return answer(connection, token, {}, Then::kClose);
  }
}

void Server::State::serve(Connection& connection, const wire::Subscribe& request) {
  const std::uint64_t revision = revision_of(overlay);
  if (!subscriptions.add(connection.opened.connection, request.network, revision)) {
    return refuse(connection, ServerError::kAlreadySubscribed);
  }
  const auto missed = request.since_revision ? changes_since(overlay, request.network, *request.since_revision)
                                             : std::optional<std::string>(std::string());
  std::string bytes = wire::encode(wire::BootstrapReply(wire::Subscribed{revision, !missed.has_value()}));
  answer(connection, last_token, bytes.append(missed.value_or("")));
}

void Server::State::serve(Connection& connection, const wire::Ping&) {
  answer(connection, StoreToken{0}, wire::encode(wire::BootstrapReply(wire::Pong{})));
}

wire::Peers Server::State::list(const wire::GetPeers& request) {
  const std::size_t cap = wire::kMaxPeersPerAnswer;
  const std::size_t limit = request.limit == 0 ? cap : std::min<std::size_t>(request.limit, cap);
  const std::uint64_t now_ms = clock ? clock->now_ms(now.instant) : to_unix_ms(now.wall);
  wire::Peers peers{{}, revision_of(overlay), {}};
  Page page;
  if (request.after) {
    page = page_of_rows(overlay, request.network, *request.after, limit);
  } else {
    page.rows = sample_rows(overlay, request.network, limit, rng);
  }
  for (const Row& row : page.rows) peers.peers.push_back(entry_of(row, now_ms));
  peers.next = std::move(page.next);
  return peers;
}

// ---- leases ------------------------------------------------------------------------------------------------

std::uint64_t Server::State::ttl_ms() const {
  return static_cast<std::uint64_t>(std::chrono::milliseconds(options.ttl).count());
}

void Server::State::check_leases() {
  if (!lease_check || now.instant < *lease_check) return;
  const std::uint64_t now_ms = clock->now_ms(now.instant);
  store::Draft draft(overlay);
  shorten_long_leases(draft);
  const std::vector<Row> ended = rows_ended(draft, now_ms, kMaxExpiriesPerTick);
  for (const Row& row : ended) {
    erase_row(draft, row);
    record(draft, wire::PeerLeft{row.address, row.network, wire::LeaveReason::kExpired, 0},
           {row.address, row.classic_key}, "left: " + row.address.text() + ", its lease expired");
  }
  if (!draft.empty()) commit(draft);

  lease_check.reset();
  if (const auto first = first_lease_end_ms(overlay)) {
    const std::chrono::milliseconds left(*first > now_ms ? *first - now_ms : 0);
    const bool more = ended.size() == kMaxExpiriesPerTick;
    lease_check = now.instant + (more ? left : std::max<std::chrono::milliseconds>(left, kMinTickInterval));
  }
}

// Leases granted under a longer TTL, or while the civil clock was ahead, before the last start.
void Server::State::shorten_long_leases(store::Draft& draft) {
  const std::uint64_t latest_ms = clock->now_ms(now.instant) + ttl_ms();
  for (const Row& row : rows_ending_after(draft, latest_ms, kMaxExpiriesPerTick)) {
    Row shortened = row;
    shortened.lease_ends_ms = latest_ms;
    put_row(draft, shortened, row);
  }
}

// ---- shared by all -----------------------------------------------------------------------------------------

Server::State::Connection* Server::State::find(ConnectionId id) {
  const auto found = connections.find(id);
  return found == connections.end() ? nullptr : &found->second;
}

void Server::State::answer(Connection& connection, StoreToken after, std::string bytes, Then then) {
  connection.answers.add(after, std::move(bytes), then);
  connection.answers.take(stored, actions);
  if (after > stored) waiting.emplace_back(after, connection.opened.connection);
}

void Server::State::refuse(Connection& connection, const Error& error, Then then) {
  actions.push_back(Report{Severity::kDebug, "refused " + connection.opened.remote_host + ": " + error.message()});
  answer(connection, StoreToken{0}, encode_error(error), then);
}

void Server::State::record(store::Draft& draft, Change change, wire::ClassicPeer peer, std::string reported) {
  append_change(draft, change, now.wall);
  // The token that commit() is about to give this event's batch.
  broadcasts.add(StoreToken{last_token.value + 1}, std::move(change), std::move(peer));
  reports.add(std::move(reported), now.instant, actions);
}

StoreToken Server::State::commit(store::Draft& draft) {
  CHECK(!draft.empty());
  last_token = StoreToken{last_token.value + 1};
  store::WriteBatch batch = draft.take();
  overlay.add(last_token, batch);
  actions.push_back(Store{last_token, std::move(batch)});
  return last_token;
}

// ---- the interface -----------------------------------------------------------------------------------------

Server::Server(Options options, const store::StoreView& store, Rng& rng)
    : state_(std::make_unique<State>(options, store, rng)) {}

Server::~Server() = default;

std::vector<Action> Server::handle(Event event, Now now) {
  State& state = *state_;
  state.now = now;
  if (!state.clock) {
    state.clock.emplace(now);
    // Nobody could refresh while the server was away: leases count again one TTL after it is back.
    state.lease_check = now.instant + state.options.ttl;
  }
  std::visit([&](auto& happened) { state.on(happened); }, event);
  state.check_leases();
  state.reports.flush(now.instant, state.actions);
  return std::exchange(state.actions, {});
}

std::optional<Instant> Server::next_deadline() const { return state_->lease_check; }

bool Server::all_stored() const { return state_->overlay.batches_in_flight() == 0; }

Stats Server::stats() const {
  return {count_all_rows(state_->overlay), revision_of(state_->overlay), state_->connections.size(),
          state_->subscriptions.size(), state_->overlay.batches_in_flight()};
}

wire::Peers Server::list_peers(const wire::GetPeers& request, Now now) const {
  state_->now = now;
  return state_->list(request);
}

}  // namespace suara::directory
