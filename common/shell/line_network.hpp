// TCP for the line protocols: listens, dials, frames lines, bounds and times everything, and reports to its
// owner on the reactor's thread. It decides nothing about what lines mean. Asio stays in the .cpp.
#pragma once

#include "common/shell/network_error.hpp"
#include "common/shell/reactor.hpp"
#include "common/util/result.hpp"
#include "common/util/strong_id.hpp"
#include "common/wire/address.hpp"
#include "common/wire/line_framer.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace suara::shell {

struct LineNetworkOptions {
  wire::LineFramer::Mode framing = wire::LineFramer::Mode::kLine;
  std::size_t max_line_size_bytes = 64 * 1024;  ///< longer: on_bad_line(fatal)
  /// More waiting than this: closed with kSendQueueFull. One send may be larger when nothing else waits.
  std::size_t max_send_queue_bytes = 1024 * 1024;
  /// While this much waits no further lines are taken, so that whoever asks a lot at once and reads the answers gets
  /// them all. 0: always taken; two sides that both pause would wait for each other.
  std::size_t pause_send_queue_bytes = 0;
  /// Inbound; one more is closed at once, and counted. Lower where the limit of open files leaves less room.
  std::size_t max_connections = 10'000;
  std::size_t max_connections_per_address = 64;  ///< inbound; one more is closed at once, and counted
  std::chrono::milliseconds first_line{10'000};
  std::chrono::milliseconds idle{90'000};
  std::chrono::milliseconds write{30'000};
  std::chrono::milliseconds dial{5'000};
  /// Some clients shut their side down and then wait for the answer. Such a connection is reported closed only
  /// when as many sends as lines have been made and written, or after this; 0 reports it at once.
  std::chrono::milliseconds half_close{0};
  std::chrono::milliseconds linger{1'000};        ///< after close(): for the other side to end the connection too
  std::size_t max_notifications = 64;             ///< dialled at a time; more wait
  std::size_t max_queued_notifications = 65'536;  ///< waiting; more: the oldest is dropped
};

/// Since start-up.
struct LineNetworkCounters {
  std::uint64_t accepted = 0;
  std::uint64_t refused_total_bound = 0;    ///< inbound, beyond max_connections
  std::uint64_t refused_address_bound = 0;  ///< inbound, beyond max_connections_per_address
  std::uint64_t notified = 0;
  std::uint64_t notify_failed = 0;
  std::uint64_t notify_dropped = 0;
};

enum class Direction : std::uint8_t { kInbound, kOutbound };

struct OpenedConnection {
  ConnectionId connection;
  Direction direction;
  DialId dial;              ///< outbound only
  std::string remote_host;  ///< address literal
  std::uint16_t remote_port = 0;
};

/// All are called on the reactor's thread, never from inside a call into LineNetwork.
struct LineNetworkHandlers {
  std::function<void(const OpenedConnection&)> on_open;
  std::function<void(DialId, const Error&)> on_dial_failed;
  /// `line` is without its newline and valid only during the call.
  std::function<void(ConnectionId, std::string_view line)> on_line;
  /// A line over the limit; nothing more is read from the connection. The owner answers and closes.
  std::function<void(ConnectionId, const Error&)> on_bad_line;
  /// Exactly once for every connection that opened, whoever closed it.
  std::function<void(ConnectionId, const Error& reason)> on_closed;
};

class LineNetwork {
 public:
  LineNetwork(Reactor& reactor, LineNetworkOptions options, LineNetworkHandlers handlers);
  ~LineNetwork();
  LineNetwork(const LineNetwork&) = delete;
  LineNetwork& operator=(const LineNetwork&) = delete;

  /// Port 0 takes a free one. Returns the port bound.
  Result<std::uint16_t> listen(const wire::Address& address);
  void dial(DialId id, const wire::Address& address);
  /// Unknown ids are ignored: the connection may have closed meanwhile.
  void send(ConnectionId connection, std::shared_ptr<const std::string> bytes);
  /// Stops reading, writes what is queued (at most `write`), closes, reports kClosedByUs.
  void close(ConnectionId connection);
  void set_max_line_size(ConnectionId connection, std::size_t size_bytes);
  /// Replaces the option `idle` for one connection, as for a subscriber that only listens.
  void set_idle(ConnectionId connection, std::chrono::milliseconds idle);
  /// Dials, writes the line, closes; reports nothing. At most `max_notifications` at a time, more wait in a
  /// queue of `max_queued_notifications`, beyond which the oldest is dropped.
  void notify(const wire::Address& address, std::shared_ptr<const std::string> line);
  /// No new connections; closes all that are open.
  void shut_down();

  /// Open or closing, in both directions.
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] LineNetworkCounters counters() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace suara::shell
