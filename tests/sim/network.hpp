// The network emulator: hosts, and ordered byte streams between them that arrive late, cut in arbitrary places, or not
// at all. It does what TCP lets an application see: a cut link stalls a stream, which times out or goes on when the
// link heals; a reset loses what is in flight; a machine that lost its power says nothing.
//
// Endpoints are called from the scheduler's tasks, never from inside a call into Network.
#pragma once

#include "common/util/error.hpp"
#include "common/util/strong_id.hpp"
#include "common/wire/address.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/scheduler.hpp"

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace suara::sim {

enum class StreamError {
  kCannotResolve,
  kRefused,
  kDialTimeout,
  kPeerClosed,
  kClosedByUs,
  kReset,
  kIdle,
  kWriteTimeout,
  kSendQueueFull,
};
ErrorText describe(StreamError error);

/// A machine, numbered from 0 in the order they were added.
using HostId = StrongId<struct HostTag>;

struct Opened {
  ConnectionId connection;
  bool inbound = false;
  DialId dial;  ///< outbound only
  std::string remote_host;
  std::uint16_t remote_port = 0;
};

class Endpoint {
 public:
  virtual ~Endpoint() = default;
  virtual void on_opened(const Opened& opened) = 0;
  virtual void on_dial_failed(DialId dial, const Error& error) = 0;
  virtual void on_bytes(ConnectionId connection, std::string_view bytes) = 0;
  /// Exactly once for every connection that opened, unless the host dies first.
  virtual void on_closed(ConnectionId connection, const Error& reason) = 0;
};

/// How a host dies: its kernel resets its connections, or nobody is told anything.
enum class Death : std::uint8_t { kProcess, kPower };

struct NetworkOptions {
  Duration min_latency{std::chrono::microseconds(200)};
  Duration max_latency{std::chrono::milliseconds(40)};
  std::uint64_t chunk_percent = 30;  ///< how many writes arrive in several pieces
  Duration dial_timeout{std::chrono::seconds(5)};
  Duration write_timeout{std::chrono::seconds(30)};
  Duration idle{std::chrono::seconds(90)};
  /// What a host's line carries away, one write after the other whomever they go to; 0: without end. What arrives does
  /// not queue.
  std::uint64_t upload_bytes_per_second = 0;
};

class Network {
 public:
  /// Both outlive the network, and the network outlives the scheduler's tasks.
  Network(Scheduler& scheduler, Rng& rng, NetworkOptions options)
      : scheduler_(scheduler), rng_(rng), options_(options) {}

  /// `ip` is what dials name and what the other side sees. A new host is down.
  HostId add_host(std::string ip);
  /// The host's program runs; it accepts connections on `port`, if any, and queues so much of what it sends. `endpoint`
  /// lives until `down`.
  void up(HostId host, Endpoint& endpoint, std::optional<std::uint16_t> port, std::size_t max_send_queue_bytes);
  /// Nothing is reported to the host's endpoint any more.
  void down(HostId host, Death death);
  [[nodiscard]] bool is_up(HostId host) const { return hosts_[host.value].endpoint != nullptr; }

  [[nodiscard]] Instant now() const { return scheduler_.now(); }

  // -- what programs do; unknown connections are ignored --

  void dial(HostId from, DialId dial, const wire::Address& address);
  void send(ConnectionId connection, std::string_view bytes);
  /// Stops reading; what was sent still arrives, then the other side learns.
  void close(ConnectionId connection);

  // -- faults --

  /// Packets from one host to another are lost while the link is cut; the other direction is another link.
  void cut(HostId from, HostId to);
  void heal(HostId from, HostId to);
  void heal_all();
  /// Both ends learn, each in its time; what is in flight is lost.
  void reset(std::uint64_t stream);
  void reset_all();
  /// One end learns, the other keeps a connection to nobody.
  void half_open(std::uint64_t stream);
  void set_latency(Duration min, Duration max);
  /// Called with every piece that arrives, before the program there gets it; an empty one is the end of the stream.
  using Tap = std::function<void(HostId from, HostId to, std::string_view bytes)>;
  void tap(Tap tap) { tap_ = std::move(tap); }

  /// For the checkers' own test: hosts are no longer told that a connection is gone.
  void swallow_closes() { swallow_closes_ = true; }

  /// Streams of which an end is open, ascending.
  [[nodiscard]] std::vector<std::uint64_t> streams() const;
  [[nodiscard]] std::size_t open_connections(HostId host) const;

 private:
  struct Host {
    std::string ip;
    Endpoint* endpoint = nullptr;
    std::optional<std::uint16_t> port;
    std::size_t max_send_queue_bytes = 0;
    bool powered = false;             // its kernel answers, program or not
    Instant line_free_at;             // what was written has gone out then
    std::set<std::uint64_t> streams;  // with an end here
  };
  struct Chunk {
    Instant arrives;
    std::string bytes;  // empty: the end of the stream
  };
  struct End {
    HostId host;
    bool open = true;      // its program has not been told that it is gone
    bool closing = false;  // its program closed it
    Instant last_heard;
    std::deque<Chunk> outgoing;
    std::size_t outgoing_bytes = 0;
    bool moving = false;  // a task will deliver the first chunk
    std::uint64_t delivered = 0;

    void drop_outgoing() {
      outgoing.clear();
      outgoing_bytes = 0;
    }
  };
  // Ends 0 (who dialed) and 1; connection ids are 2 * stream + end.
  struct Stream {
    std::array<End, 2> ends;
    bool broken = false;  // nothing passes any more
  };
  struct Reference {
    std::uint64_t stream;
    std::size_t end;
  };

  static ConnectionId connection_of(Reference at) { return {2 * at.stream + at.end}; }
  End* find_open(ConnectionId connection);
  Duration latency() { return between(rng_, options_.min_latency, options_.max_latency); }
  [[nodiscard]] bool passes(HostId from, HostId to) const;
  Instant leaves(HostId from, std::size_t size_bytes);
  void answer_dial(HostId from, DialId dial, const wire::Address& address);
  void fail_dial(HostId from, DialId dial, StreamError error, Duration delay);
  void open(HostId from, DialId dial, HostId to);
  void queue(Reference from, std::string bytes);
  void move(Reference from, Duration at_least);
  void deliver(Reference from);
  void stall(Reference from);
  void wake(std::uint64_t stream);
  void wake_all();
  void watch_idle(Reference at);
  void lose(Reference at, StreamError error);
  void lose_later(Reference at, StreamError error);
  void forget_if_done(std::uint64_t stream);

  Scheduler& scheduler_;
  Rng& rng_;
  NetworkOptions options_;
  std::vector<Host> hosts_;
  std::map<std::string, HostId, std::less<>> by_ip_;
  std::vector<std::uint64_t> lives_;  // of each host, counted; a task meant for an earlier one does nothing
  std::set<std::pair<HostId, HostId>> cuts_;
  std::map<std::uint64_t, Stream> streams_;
  std::uint64_t next_stream_ = 1;
  Tap tap_;
  bool swallow_closes_ = false;
};

}  // namespace suara::sim
