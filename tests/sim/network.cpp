#include "tests/sim/network.hpp"

#include "common/util/check.hpp"

#include <algorithm>

namespace suara::sim {
namespace {

constexpr Duration kCloseTime = std::chrono::milliseconds(1);
constexpr std::uint64_t kMaxPieces = 4;
constexpr std::uint16_t kFirstEphemeralPort = 32'768;
constexpr std::uint64_t kEphemeralPorts = 28'000;

}  // namespace

ErrorText describe(StreamError error) {
  switch (error) {
    case StreamError::kCannotResolve: return {"cannot_resolve", "no such host"};
    case StreamError::kRefused: return {"refused", "nobody listens there"};
    case StreamError::kDialTimeout: return {"dial_timeout", "no answer to the dial in time"};
    case StreamError::kPeerClosed: return {"peer_closed", "the other side ended the connection"};
    case StreamError::kClosedByUs: return {"closed_by_us", "closed by this side"};
    case StreamError::kReset: return {"reset", "the connection broke"};
    case StreamError::kIdle: return {"idle", "nothing arrived for too long"};
    case StreamError::kWriteTimeout: return {"write_timeout", "nothing could be written for too long"};
    case StreamError::kSendQueueFull: return {"send_queue_full", "the other side reads too slowly"};
  }
  CHECK(false);
}

// ---- hosts -------------------------------------------------------------------------------------------------

HostId Network::add_host(std::string ip) {
  const HostId id{hosts_.size()};
  CHECK(by_ip_.emplace(ip, id).second);
  hosts_.emplace_back().ip = std::move(ip);
  lives_.push_back(0);
  return id;
}

void Network::up(HostId host, Endpoint& endpoint, std::optional<std::uint16_t> port, std::size_t max_send_queue_bytes) {
  Host& machine = hosts_[host.value];
  CHECK(machine.endpoint == nullptr);
  machine.endpoint = &endpoint;
  machine.port = port;
  machine.max_send_queue_bytes = max_send_queue_bytes;
  machine.powered = true;
  for (const std::uint64_t stream : machine.streams) wake(stream);
}

void Network::down(HostId host, Death death) {
  Host& machine = hosts_[host.value];
  machine.endpoint = nullptr;
  machine.powered = death == Death::kProcess;
  ++lives_[host.value];
  for (const std::uint64_t id : std::set(machine.streams)) {
    for (std::size_t end = 0; end < 2; ++end) {
      const auto found = streams_.find(id);
      if (found == streams_.end() || found->second.ends[end].host != host) continue;
      const Reference at{id, end};
      End& mine = found->second.ends[end];
      const bool was_open = mine.open;
      mine.open = false;
      if (!was_open) continue;
      if (death == Death::kPower) {
        mine.drop_outgoing();
      } else if (percent(rng_, 50)) {
        if (!mine.closing) queue(at, {});
      } else {
        mine.drop_outgoing();
        if (passes(host, found->second.ends[1 - end].host)) lose_later({id, 1 - end}, StreamError::kReset);
      }
      forget_if_done(id);
    }
  }
}

// ---- what programs do --------------------------------------------------------------------------------------

void Network::dial(HostId from, DialId dial, const wire::Address& address) {
  scheduler_.after(latency() + latency(), [this, from, dial, address, life = lives_[from.value]] {
    if (life == lives_[from.value]) answer_dial(from, dial, address);
  });
}

void Network::answer_dial(HostId from, DialId dial, const wire::Address& address) {
  const auto found = by_ip_.find(address.host);
  if (found == by_ip_.end()) return fail_dial(from, dial, StreamError::kCannotResolve, Duration(0));
  const HostId to = found->second;
  const Host& named = hosts_[to.value];
  if (!named.powered || !passes(from, to) || !passes(to, from)) {
    return fail_dial(from, dial, StreamError::kDialTimeout, options_.dial_timeout);
  }
  if (named.endpoint == nullptr || named.port != address.port) {
    return fail_dial(from, dial, StreamError::kRefused, Duration(0));
  }
  open(from, dial, to);
}

void Network::fail_dial(HostId from, DialId dial, StreamError error, Duration delay) {
  scheduler_.after(delay, [this, from, dial, error, life = lives_[from.value]] {
    if (life == lives_[from.value]) hosts_[from.value].endpoint->on_dial_failed(dial, error);
  });
}

void Network::open(HostId from, DialId dial, HostId to) {
  const std::uint64_t id = next_stream_++;
  Stream& stream = streams_[id];
  stream.ends[0].host = from;
  stream.ends[1].host = to;
  hosts_[from.value].streams.insert(id);
  hosts_[to.value].streams.insert(id);
  for (std::size_t end = 0; end < 2; ++end) {
    stream.ends[end].last_heard = scheduler_.now();
    watch_idle({id, end});
  }
  const auto ephemeral = static_cast<std::uint16_t>(kFirstEphemeralPort + id % kEphemeralPorts);
  hosts_[from.value].endpoint->on_opened(
      {connection_of({id, 0}), false, dial, hosts_[to.value].ip, hosts_[to.value].port.value_or(0)});
  const auto found = streams_.find(id);
  if (found == streams_.end() || !found->second.ends[1].open) return;
  hosts_[to.value].endpoint->on_opened({connection_of({id, 1}), true, {}, hosts_[from.value].ip, ephemeral});
}

Network::End* Network::find_open(ConnectionId connection) {
  const auto found = streams_.find(connection.value / 2);
  if (found == streams_.end()) return nullptr;
  End& end = found->second.ends[connection.value % 2];
  return end.open && !end.closing ? &end : nullptr;
}

void Network::send(ConnectionId connection, std::string_view bytes) {
  End* const end = find_open(connection);
  if (end == nullptr || bytes.empty()) return;
  const Reference at{connection.value / 2, connection.value % 2};
  if (end->outgoing_bytes + bytes.size() > hosts_[end->host.value].max_send_queue_bytes) {
    end->closing = true;
    end->drop_outgoing();
    lose_later(at, StreamError::kSendQueueFull);
    return;
  }
  const std::uint64_t pieces = percent(rng_, options_.chunk_percent) ? 1 + rng_.below(kMaxPieces) : 1;
  for (std::uint64_t left = pieces; left > 1 && bytes.size() > 1; --left) {
    const std::size_t size = 1 + rng_.below(bytes.size() - 1);
    queue(at, std::string(bytes.substr(0, size)));
    bytes.remove_prefix(size);
  }
  queue(at, std::string(bytes));
}

void Network::close(ConnectionId connection) {
  End* const end = find_open(connection);
  if (end == nullptr) return;
  const Reference at{connection.value / 2, connection.value % 2};
  end->closing = true;
  queue(at, {});
  scheduler_.after(kCloseTime, [this, at] { lose(at, StreamError::kClosedByUs); });
}

// ---- bytes on their way ------------------------------------------------------------------------------------

bool Network::passes(HostId from, HostId to) const { return !cuts_.contains({from, to}); }

Instant Network::leaves(HostId from, std::size_t size_bytes) {
  if (options_.upload_bytes_per_second == 0) return scheduler_.now();
  Instant& free_at = hosts_[from.value].line_free_at;
  free_at = std::max(free_at, scheduler_.now()) + Duration(1'000'000 * size_bytes / options_.upload_bytes_per_second);
  return free_at;
}

void Network::queue(Reference from, std::string bytes) {
  End& end = streams_.at(from.stream).ends[from.end];
  Instant arrives = leaves(end.host, bytes.size()) + latency();
  if (!end.outgoing.empty()) arrives = std::max(arrives, end.outgoing.back().arrives);
  end.outgoing_bytes += bytes.size();
  const bool idle = end.outgoing.empty();
  end.outgoing.push_back({arrives, std::move(bytes)});
  if (idle) move(from, Duration(0));
}

void Network::move(Reference from, Duration at_least) {
  End& end = streams_.at(from.stream).ends[from.end];
  if (end.moving) return;
  end.moving = true;
  scheduler_.at(std::max(end.outgoing.front().arrives, scheduler_.now() + at_least), [this, from] { deliver(from); });
}

void Network::deliver(Reference from) {
  const auto found = streams_.find(from.stream);
  if (found == streams_.end()) return;
  End& sender = found->second.ends[from.end];
  sender.moving = false;
  if (sender.outgoing.empty() || found->second.broken) return;
  if (sender.outgoing.front().arrives > scheduler_.now()) return move(from, Duration(0));
  const Reference to{from.stream, 1 - from.end};
  End& receiver = found->second.ends[to.end];
  if (!passes(sender.host, receiver.host) || !hosts_[receiver.host.value].powered) return stall(from);
  if (!receiver.open) {  // a kernel that knows nothing of this connection answers with a reset
    sender.drop_outgoing();
    if (passes(receiver.host, sender.host)) lose_later(from, StreamError::kReset);
    return;
  }
  const Chunk chunk = std::move(sender.outgoing.front());
  sender.outgoing.pop_front();
  sender.outgoing_bytes -= chunk.bytes.size();
  ++sender.delivered;
  if (!sender.outgoing.empty()) move(from, Duration(0));
  if (tap_) tap_(sender.host, receiver.host, chunk.bytes);
  if (chunk.bytes.empty()) return lose(to, StreamError::kPeerClosed);
  receiver.last_heard = scheduler_.now();
  if (!receiver.closing) hosts_[receiver.host.value].endpoint->on_bytes(connection_of(to), chunk.bytes);
}

void Network::stall(Reference from) {
  const std::uint64_t delivered = streams_.at(from.stream).ends[from.end].delivered;
  scheduler_.after(options_.write_timeout, [this, from, delivered] {
    const auto found = streams_.find(from.stream);
    if (found == streams_.end()) return;
    End& sender = found->second.ends[from.end];
    if (sender.outgoing.empty() || sender.delivered != delivered) return;
    sender.drop_outgoing();
    lose(from, StreamError::kWriteTimeout);
  });
}

void Network::wake(std::uint64_t stream) {
  for (std::size_t end = 0; end < 2; ++end) {
    if (!streams_.at(stream).ends[end].outgoing.empty()) move({stream, end}, latency());
  }
}

void Network::wake_all() {
  for (const auto& [id, stream] : streams_) wake(id);
}

void Network::watch_idle(Reference at) {
  const auto found = streams_.find(at.stream);
  if (found == streams_.end() || !found->second.ends[at.end].open) return;
  const Instant due = found->second.ends[at.end].last_heard + options_.idle;
  if (due > scheduler_.now()) return scheduler_.at(due, [this, at] { watch_idle(at); });
  queue(at, {});
  lose(at, StreamError::kIdle);
}

void Network::lose(Reference at, StreamError error) {
  const auto found = streams_.find(at.stream);
  if (found == streams_.end() || !found->second.ends[at.end].open) return;
  End& end = found->second.ends[at.end];
  end.open = false;
  Endpoint* const endpoint = hosts_[end.host.value].endpoint;
  forget_if_done(at.stream);
  if (!swallow_closes_) endpoint->on_closed(connection_of(at), error);
}

void Network::lose_later(Reference at, StreamError error) {
  scheduler_.after(latency(), [this, at, error] { lose(at, error); });
}

void Network::forget_if_done(std::uint64_t stream) {
  const auto found = streams_.find(stream);
  if (found->second.ends[0].open || found->second.ends[1].open) return;
  for (const End& end : found->second.ends) hosts_[end.host.value].streams.erase(stream);
  streams_.erase(found);
}

// ---- faults ------------------------------------------------------------------------------------------------

void Network::cut(HostId from, HostId to) { cuts_.insert({from, to}); }

void Network::heal(HostId from, HostId to) {
  cuts_.erase({from, to});
  wake_all();
}

void Network::heal_all() {
  cuts_.clear();
  wake_all();
}

void Network::reset(std::uint64_t stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  found->second.broken = true;
  lose_later({stream, 0}, StreamError::kReset);
  lose_later({stream, 1}, StreamError::kReset);
}

void Network::reset_all() {
  for (const std::uint64_t stream : streams()) reset(stream);
}

void Network::half_open(std::uint64_t stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  const std::size_t end = rng_.below(2);
  found->second.ends[end].drop_outgoing();
  found->second.ends[end].closing = true;  // nothing follows what was lost
  lose_later({stream, end}, StreamError::kReset);
}

void Network::set_latency(Duration min, Duration max) {
  options_.min_latency = min;
  options_.max_latency = max;
}

std::vector<std::uint64_t> Network::streams() const {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, stream] : streams_) ids.push_back(id);
  return ids;
}

std::size_t Network::open_connections(HostId host) const {
  std::size_t count = 0;
  for (const std::uint64_t stream : hosts_[host.value].streams) {
    for (const End& end : streams_.at(stream).ends) count += end.open && end.host == host ? 1U : 0U;
  }
  return count;
}

}  // namespace suara::sim
