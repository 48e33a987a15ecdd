#include "common/shell/line_network.hpp"

#include "common/shell/courier.hpp"
#include "common/shell/descriptor_limit.hpp"
#include "common/shell/dialer.hpp"
#include "common/shell/line_connection.hpp"
#include "common/shell/listener.hpp"
#include "common/shell/reactor_asio.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <chrono>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace suara::shell {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadBufferSizeBytes = 64 * 1024;

// At a bound, whoever has said nothing for this long gives way: time enough for a first line to get here.
constexpr std::chrono::milliseconds kSilence{250};

// What the per-address bound counts by: an IPv4 address, or the /64 that one IPv6 host has to itself.
asio::ip::address bound_key(const asio::ip::address& address) {
  if (address.is_v4()) return address;
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return asio::ip::address_v6(bytes);
}

IpAddress by_value(const asio::ip::address& address) {
  IpAddress value;
  value.bytes = address.is_v4() ? asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes()
                                : address.to_v6().to_bytes();
  return value;
}

}  // namespace

struct LineNetwork::State : LineConnectionOwner, std::enable_shared_from_this<LineNetwork::State> {
  State(Reactor& on, LineNetworkOptions with, LineNetworkHandlers to)
      : reactor(on),
        io(io_of(on)),
        options(std::move(with)),
        handlers(std::move(to)),
        courier(std::make_shared<Courier>(io, options, counters, handlers.on_probed)) {}

  struct Entry {
    std::shared_ptr<LineConnection> connection;
    std::optional<asio::ip::address> inbound_from;
    bool reported = false;  // as closed
  };

  struct Silent {
    asio::ip::address from;  // as bound_key() has it
    Clock::time_point since;
  };

  // ---- opening
  bool make_room(const asio::ip::address& key);
  bool displace(ConnectionId id);
  void no_longer_silent(ConnectionId id);
  void on_accepted(tcp::socket socket, const tcp::endpoint& remote);
  void on_dialled(DialId dial, Result<tcp::socket> socket);
  void open(tcp::socket socket, OpenedConnection opened, const std::optional<asio::ip::address>& inbound_from);
  LineConnection* find(ConnectionId id);

  // ---- LineConnectionOwner
  void on_line(ConnectionId id, std::string_view line) override {
    const auto keep_alive = shared_from_this();
    no_longer_silent(id);
    if (!gone) handlers.on_line(id, line);
  }
  void on_bad_line(ConnectionId id, const Error& error) override {
    const auto keep_alive = shared_from_this();
    if (!gone) handlers.on_bad_line(id, error);
  }
  void on_closed(ConnectionId id, const Error& reason) override;
  void on_given_up(ConnectionId id, const Error& reason) override { report_closed(connections.at(id), id, reason); }
  void report_closed(Entry& entry, ConnectionId id, const Error& reason);
  void on_received(std::size_t size_bytes) override { counters.received_bytes += size_bytes; }
  void on_sent(std::size_t size_bytes) override { counters.sent_bytes += size_bytes; }
  void flush_later(std::shared_ptr<LineConnection> connection) override;
  std::span<char> read_buffer() override { return scratch; }

  void set_admission(std::size_t in_all, std::size_t per_address, AccessList access);
  void shut_down();
  void abandon();

  Reactor& reactor;
  asio::io_context& io;
  LineNetworkOptions options;  // of which only what set_admission() replaces ever changes
  LineNetworkHandlers handlers;
  LineNetworkCounters counters;
  std::vector<std::shared_ptr<Listener>> listeners;
  std::unordered_map<ConnectionId, Entry> connections;
  std::map<asio::ip::address, std::size_t> inbound_counts;  // by bound_key(), positive
  std::size_t inbound = 0;
  std::map<ConnectionId, Silent> silent;  // inbound connections without a line so far, the oldest first
  std::set<std::pair<asio::ip::address, ConnectionId>> silent_by_address;
  std::vector<std::shared_ptr<LineConnection>> to_flush;
  std::shared_ptr<Courier> courier;
  std::uint64_t last_id = 0;
  bool shutting_down = false;
  bool gone = false;  // the LineNetwork is destroyed: no handler is called any more
  std::array<char, kReadBufferSizeBytes> scratch;
};

// Whether one more may come from there. Connections that say nothing do not keep others out for long.
bool LineNetwork::State::make_room(const asio::ip::address& key) {
  const auto known = inbound_counts.find(key);
  if (known != inbound_counts.end() && known->second >= options.max_connections_per_address) {
    const auto oldest = silent_by_address.lower_bound({key, ConnectionId{0}});
    if (oldest != silent_by_address.end() && oldest->first == key && displace(oldest->second)) return true;
    ++counters.refused_address_bound;
    return false;
  }
  if (inbound < options.max_connections) return true;
  if (!silent.empty() && displace(silent.begin()->first)) return true;
  ++counters.refused_total_bound;
  return false;
}

bool LineNetwork::State::displace(ConnectionId id) {
  if (silent.at(id).since + kSilence > Clock::now()) return false;
  ++counters.displaced;
  const auto connection = connections.at(id).connection;
  connection->cut(NetworkError::kDisplaced);
  return true;
}

void LineNetwork::State::no_longer_silent(ConnectionId id) {
  const auto found = silent.find(id);
  if (found == silent.end()) return;
  silent_by_address.erase({found->second.from, id});
  silent.erase(found);
}

void LineNetwork::State::on_accepted(tcp::socket socket, const tcp::endpoint& remote) {
  if (shutting_down) return;
  if (!options.access.permits(by_value(remote.address()))) {
    ++counters.refused_access;
    return;  // the socket closes as it goes out of scope
  }
  const auto key = bound_key(remote.address());
  if (!make_room(key)) return;
  ++inbound;
  ++inbound_counts[key];
  ++counters.accepted;
  open(std::move(socket), {{}, Direction::kInbound, {}, remote.address().to_string(), remote.port()}, remote.address());
}

void LineNetwork::State::on_dialled(DialId dial, Result<tcp::socket> socket) {
  if (gone) return;
  if (!socket) return handlers.on_dial_failed(dial, socket.error());
  if (shutting_down) return handlers.on_dial_failed(dial, NetworkError::kClosedByUs);
  boost::system::error_code error;
  const tcp::endpoint remote = socket->remote_endpoint(error);
  if (error) return handlers.on_dial_failed(dial, Error(NetworkError::kReset, error.message()));
  const std::string host = without_mapping(remote.address()).to_string();
  open(std::move(*socket), {{}, Direction::kOutbound, dial, host, remote.port()}, std::nullopt);
}

void LineNetwork::State::open(tcp::socket socket, OpenedConnection opened,
                              const std::optional<asio::ip::address>& inbound_from) {
  opened.connection = ConnectionId{++last_id};
  auto connection = std::make_shared<LineConnection>(*this, opened.connection, std::move(socket), options);
  connections.emplace(opened.connection, Entry{connection, inbound_from});
  if (inbound_from) {
    const auto key = bound_key(*inbound_from);
    silent.emplace(opened.connection, Silent{key, Clock::now()});
    silent_by_address.emplace(key, opened.connection);
  }
  const auto keep_alive = shared_from_this();
  handlers.on_open(opened);
  connection->start(opened.direction == Direction::kInbound);
}

LineConnection* LineNetwork::State::find(ConnectionId id) {
  const auto found = connections.find(id);
  return found == connections.end() ? nullptr : found->second.connection.get();
}

void LineNetwork::State::on_closed(ConnectionId id, const Error& reason) {
  const auto found = connections.find(id);
  report_closed(found->second, id, reason);
  no_longer_silent(id);
  if (found->second.inbound_from) {
    --inbound;
    const auto count = inbound_counts.find(bound_key(*found->second.inbound_from));
    if (--count->second == 0) inbound_counts.erase(count);
  }
  connections.erase(found);
}

void LineNetwork::State::report_closed(Entry& entry, ConnectionId id, const Error& reason) {
  if (std::exchange(entry.reported, true)) return;
  ++counters.closed[reason.name()];
  // Posted: this may come from inside send().
  asio::post(io, [self = shared_from_this(), id, reason] {
    if (!self->gone) self->handlers.on_closed(id, reason);
  });
}

void LineNetwork::State::flush_later(std::shared_ptr<LineConnection> connection) {
  to_flush.push_back(std::move(connection));
  if (to_flush.size() > 1) return;
  reactor.impl().after_turn([self = shared_from_this()] {
    for (const auto& waiting : std::exchange(self->to_flush, {})) waiting->flush();
  });
}

void LineNetwork::State::set_admission(std::size_t in_all, std::size_t per_address, AccessList access) {
  options.max_connections = room_for_connections(in_all);
  options.max_connections_per_address = per_address;
  options.access = std::move(access);
  std::vector<std::shared_ptr<LineConnection>> denied;
  for (const auto& [id, entry] : connections) {
    if (entry.inbound_from && !options.access.permits(by_value(*entry.inbound_from))) {
      denied.push_back(entry.connection);
    }
  }
  for (const auto& connection : denied) connection->cut(NetworkError::kNotAllowed);
}

void LineNetwork::State::shut_down() {
  shutting_down = true;
  for (const auto& listener : listeners) listener->stop();
  listeners.clear();
  courier->stop();
  std::vector<std::shared_ptr<LineConnection>> open_ones;
  for (const auto& [id, entry] : connections) open_ones.push_back(entry.connection);
  for (const auto& connection : open_ones) connection->close();
}

void LineNetwork::State::abandon() {
  gone = true;
  shut_down();
  for (const auto& [id, entry] : connections) entry.connection->abandon();
  connections.clear();
  silent.clear();
  silent_by_address.clear();
  to_flush.clear();
}

LineNetwork::LineNetwork(Reactor& reactor, LineNetworkOptions options, LineNetworkHandlers handlers) {
  options.max_connections = room_for_connections(options.max_connections);
  state_ = std::make_shared<State>(reactor, std::move(options), std::move(handlers));
}

LineNetwork::~LineNetwork() { state_->abandon(); }

Result<std::uint16_t> LineNetwork::listen(const wire::Address& address) {
  auto listener = Listener::open(state_->io, address,
                                 [weak = state_->weak_from_this()](tcp::socket socket, const tcp::endpoint& remote) {
                                   if (const auto state = weak.lock()) state->on_accepted(std::move(socket), remote);
                                 });
  if (!listener) return listener.error();
  state_->listeners.push_back(*listener);
  return (*listener)->port();
}

void LineNetwork::dial(DialId id, const wire::Address& address) {
  dial_tcp(state_->io, address, state_->options.dial,
           [weak = state_->weak_from_this(), id](Result<tcp::socket> socket) {
             if (const auto state = weak.lock()) state->on_dialled(id, std::move(socket));
           });
}

void LineNetwork::send(ConnectionId connection, std::shared_ptr<const std::string> bytes) {
  if (LineConnection* to = state_->find(connection)) to->send(std::move(bytes));
}

void LineNetwork::close(ConnectionId connection) {
  if (LineConnection* which = state_->find(connection)) which->close();
}

void LineNetwork::speak_lines(ConnectionId connection, std::size_t max_line_size_bytes) {
  if (LineConnection* on = state_->find(connection)) on->speak_lines(max_line_size_bytes);
}

void LineNetwork::set_idle(ConnectionId connection, std::chrono::milliseconds idle) {
  if (LineConnection* of = state_->find(connection)) of->set_idle(idle);
}

void LineNetwork::notify(const wire::Address& address, std::shared_ptr<const std::string> line) {
  state_->courier->notify(address, std::move(line));
}

void LineNetwork::probe(ProbeId id, const wire::Address& address, std::shared_ptr<const std::string> line,
                        bool want_answer) {
  state_->courier->probe(id, address, std::move(line), want_answer);
}

void LineNetwork::set_admission(std::size_t max_connections, std::size_t max_connections_per_address,
                                AccessList access) {
  state_->set_admission(max_connections, max_connections_per_address, std::move(access));
}

void LineNetwork::shut_down() { state_->shut_down(); }

std::size_t LineNetwork::max_connections() const { return state_->options.max_connections; }

std::size_t LineNetwork::connections() const { return state_->connections.size(); }

LineNetworkCounters LineNetwork::counters() const { return state_->counters; }

std::size_t LineNetwork::queued_bytes() const {
  std::size_t sum = 0;
  for (const auto& [id, entry] : state_->connections) sum += entry.connection->queued_bytes();
  return sum;
}

}  // namespace suara::shell
