// TCP for the line protocols: listens, dials, frames lines, bounds and times everything, and reports to its
// owner on the reactor's thread. It decides nothing about what lines mean. Asio stays in the .cpp.
#pragma once

#include "common/shell/reactor.hpp"
#include "common/util/error.hpp"
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

enum class NetworkError {
  kAddressInUse,  ///< something listens there already: exit 69
  kCannotListen,  ///< no such address, or not permitted: exit 69
  kCannotResolve,
  kRefused,  ///< nobody listens there
  kDialTimeout,
  kUnreachable,
  kPeerClosed,        ///< the other side ended the connection
  kReset,             ///< the connection broke
  kIdle,              ///< nothing arrived for `idle`
  kFirstLineTimeout,  ///< no whole line within `first_line`
  kWriteTimeout,      ///< nothing could be written for `write`
  kSendQueueFull,     ///< the other side reads too slowly
  kClosedByUs,
  kTooManyConnections,  ///< total bound reached: accepted and closed at once
  kTooManyFromAddress,  ///< per-address bound reached: accepted and closed at once
};
ErrorText describe(NetworkError error);

struct LineNetworkOptions {
  wire::LineFramer::Mode framing = wire::LineFramer::Mode::kLine;
  std::size_t max_line_size_bytes = 64 * 1024;     ///< longer: on_bad_line(fatal)
  std::size_t max_send_queue_bytes = 1024 * 1024;  ///< more: closed with kSendQueueFull
  std::size_t max_connections = 10'000;            ///< inbound; more: closed with kTooManyConnections
  std::size_t max_connections_per_address = 64;    ///< inbound; more: closed with kTooManyFromAddress
  std::chrono::milliseconds first_line{10'000};
  std::chrono::milliseconds idle{90'000};
  std::chrono::milliseconds write{30'000};
  std::chrono::milliseconds dial{5'000};
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
  /// Dials, writes the line, closes; reports nothing. At most `max_notifications` at a time, more wait in a
  /// queue of `max_queued`, beyond which the oldest is dropped.
  void notify(const wire::Address& address, std::shared_ptr<const std::string> line);
  /// No new connections; closes all that are open.
  void shut_down();

  [[nodiscard]] std::size_t connections() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace suara::shell
