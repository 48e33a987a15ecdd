#include "common/shell/line_network.hpp"

#include "common/shell/descriptor_limit.hpp"
#include "common/shell/dialer.hpp"
#include "common/shell/line_connection.hpp"
#include "common/shell/listener.hpp"
#include "common/shell/notifier.hpp"
#include "common/shell/reactor_asio.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace suara::shell {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t kReadBufferSizeBytes = 64 * 1024;

// What the per-address bound counts by: an IPv4 address, or the /64 that one IPv6 host has to itself.
asio::ip::address bound_key(const asio::ip::address& address) {
  if (address.is_v4()) return address;
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return asio::ip::address_v6(bytes);
}

}  // namespace

struct LineNetwork::State : LineConnectionOwner, std::enable_shared_from_this<LineNetwork::State> {
  State(Reactor& on, LineNetworkOptions with, LineNetworkHandlers to)
      : reactor(on),
        io(io_of(on)),
        options(with),
        handlers(std::move(to)),
        notifier(std::make_shared<Notifier>(io, options, counters)) {}

  struct Entry {
    std::shared_ptr<LineConnection> connection;
    std::optional<asio::ip::address> counted_as;  // inbound only
  };

  // ---- opening
  void on_accepted(tcp::socket socket, const tcp::endpoint& remote);
  void on_dialled(DialId dial, Result<tcp::socket> socket);
  void open(tcp::socket socket, OpenedConnection opened, const std::optional<asio::ip::address>& counted_as);
  LineConnection* find(ConnectionId id);

  // ---- LineConnectionOwner
  void on_line(ConnectionId id, std::string_view line) override {
    const auto keep_alive = shared_from_this();
    if (!gone) handlers.on_line(id, line);
  }
  void on_bad_line(ConnectionId id, const Error& error) override {
    const auto keep_alive = shared_from_this();
    if (!gone) handlers.on_bad_line(id, error);
  }
  void on_closed(ConnectionId id, const Error& reason) override;
  void flush_later(std::shared_ptr<LineConnection> connection) override;
  std::span<char> read_buffer() override { return scratch; }

  void shut_down();
  void abandon();

  Reactor& reactor;
  asio::io_context& io;
  const LineNetworkOptions options;
  LineNetworkHandlers handlers;
  LineNetworkCounters counters;
  std::vector<std::shared_ptr<Listener>> listeners;
  std::unordered_map<ConnectionId, Entry> connections;
  std::map<asio::ip::address, std::size_t> inbound_from;  // entries are positive
  std::size_t inbound = 0;
  std::vector<std::shared_ptr<LineConnection>> to_flush;
  std::shared_ptr<Notifier> notifier;
  std::uint64_t last_id = 0;
  bool shutting_down = false;
  bool gone = false;  // the LineNetwork is destroyed: no handler is called any more
  std::array<char, kReadBufferSizeBytes> scratch;
};

void LineNetwork::State::on_accepted(tcp::socket socket, const tcp::endpoint& remote) {
  if (shutting_down) return;
  if (inbound >= options.max_connections) {
    ++counters.refused_total_bound;
    return;  // the socket closes as it goes out of scope
  }
  const auto key = bound_key(remote.address());
  const auto known = inbound_from.find(key);
  if (known != inbound_from.end() && known->second >= options.max_connections_per_address) {
    ++counters.refused_address_bound;
    return;
  }
  ++inbound;
  ++inbound_from[key];
  ++counters.accepted;
  open(std::move(socket), {{}, Direction::kInbound, {}, remote.address().to_string(), remote.port()}, key);
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
                              const std::optional<asio::ip::address>& counted_as) {
  opened.connection = ConnectionId{++last_id};
  auto connection = std::make_shared<LineConnection>(*this, opened.connection, std::move(socket), options);
  connections.emplace(opened.connection, Entry{connection, counted_as});
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
  if (found->second.counted_as) {
    --inbound;
    const auto count = inbound_from.find(*found->second.counted_as);
    if (--count->second == 0) inbound_from.erase(count);
  }
  connections.erase(found);
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

void LineNetwork::State::shut_down() {
  shutting_down = true;
  for (const auto& listener : listeners) listener->stop();
  listeners.clear();
  notifier->stop();
  std::vector<std::shared_ptr<LineConnection>> open_ones;
  for (const auto& [id, entry] : connections) open_ones.push_back(entry.connection);
  for (const auto& connection : open_ones) connection->close();
}

void LineNetwork::State::abandon() {
  gone = true;
  shut_down();
  for (const auto& [id, entry] : connections) entry.connection->abandon();
  connections.clear();
  to_flush.clear();
}

LineNetwork::LineNetwork(Reactor& reactor, LineNetworkOptions options, LineNetworkHandlers handlers) {
  options.max_connections = std::min(options.max_connections, connections_within_descriptor_limit());
  state_ = std::make_shared<State>(reactor, options, std::move(handlers));
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

void LineNetwork::set_max_line_size(ConnectionId connection, std::size_t size_bytes) {
  if (LineConnection* of = state_->find(connection)) of->set_max_line_size(size_bytes);
}

void LineNetwork::set_idle(ConnectionId connection, std::chrono::milliseconds idle) {
  if (LineConnection* of = state_->find(connection)) of->set_idle(idle);
}

void LineNetwork::notify(const wire::Address& address, std::shared_ptr<const std::string> line) {
  state_->notifier->notify(address, std::move(line));
}

void LineNetwork::shut_down() { state_->shut_down(); }

std::size_t LineNetwork::connections() const { return state_->connections.size(); }

LineNetworkCounters LineNetwork::counters() const { return state_->counters; }

}  // namespace suara::shell
