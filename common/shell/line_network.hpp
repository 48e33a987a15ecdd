// TCP for the line protocols: listens, dials, frames lines, bounds and times everything, and reports to its
// owner on the reactor's thread. It decides nothing about what lines mean. Asio stays in the .cpp.
#pragma once

#include "common/shell/network_error.hpp"
#include "common/shell/reactor.hpp"
#include "common/util/cidr_list.hpp"
#include "common/util/result.hpp"
#include "common/util/strong_id.hpp"
#include "common/wire/address.hpp"
#include "common/wire/line_framer.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace suara::shell {

struct LineNetworkOptions {
  wire::LineFramer::Mode framing = wire::LineFramer::Mode::kLine;
  std::size_t max_line_size_bytes = 64 * 1024;  ///< longer: on_bad_line(fatal)
  /// More waiting than this: closed with kSendQueueFull. One send may be larger when nothing else waits.
  std::size_t max_send_queue_bytes = 1024 * 1024;
  /// Said to whoever is closed so, in place of all that waits but the line under way; it has `too_slow` to read that.
  /// None: closed at once.
  std::shared_ptr<const std::string> too_slow_line = nullptr;
  /// While this much waits no further lines are taken, so that whoever asks a lot at once and reads the answers gets
  /// them all. 0: always taken; two sides that both pause would wait for each other.
  std::size_t pause_send_queue_bytes = 0;
  /// Inbound; one more takes the place of one that has said nothing yet, or is closed at once. Either is counted. Lower
  /// where the limit of open files leaves less room.
  std::size_t max_connections = 10'000;
  std::size_t max_connections_per_address = 64;  ///< likewise
  AccessList access;                             ///< inbound; who may not is closed at once, and counted
  std::chrono::milliseconds first_line{10'000};
  std::chrono::milliseconds idle{90'000};
  std::chrono::milliseconds write{30'000};
  std::chrono::milliseconds too_slow{5'000};
  std::chrono::milliseconds dial{5'000};  ///< and all of a notice or probe
  /// Some clients shut their side down and then wait for the answer. Such a connection is reported closed only
  /// when as many sends as lines have been made and written, or after this; 0 reports it at once.
  std::chrono::milliseconds half_close{0};
  std::chrono::milliseconds linger{1'000};  ///< after all is written: for the other side to end the connection too
  std::size_t max_errands = 64;             ///< notices and probes dialled at a time; more wait
  std::size_t max_queued_notices = 65'536;  ///< waiting; more: the oldest is dropped
  std::size_t max_queued_probes = 16'384;   ///< waiting; one more is reported as kTooManyErrands
};

/// Since start-up.
struct LineNetworkCounters {
  std::uint64_t accepted = 0;
  std::uint64_t refused_total_bound = 0;    ///< inbound, beyond max_connections
  std::uint64_t refused_address_bound = 0;  ///< inbound, beyond max_connections_per_address
  std::uint64_t displaced = 0;              ///< inbound, silent when another came beyond either bound
  std::uint64_t refused_access = 0;         ///< inbound, from an address that may not connect
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
  std::map<std::string_view, std::uint64_t> closed;  ///< connections that ended, by the name of the reason
  std::uint64_t notified = 0;
  std::uint64_t notify_failed = 0;
  std::uint64_t notify_dropped = 0;
  std::uint64_t probed = 0;
  std::uint64_t probe_failed = 0;
  std::uint64_t probe_dropped = 0;
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
  /// Exactly once for every connection that opened, whoever closed it. A reader given up as too slow is reported at
  /// once, although it is still being told why.
  std::function<void(ConnectionId, const Error& reason)> on_closed;
  /// Once for every probe, and every notice that asked for it: the line that came back, empty where none was wanted.
  /// Needed by those who probe.
  std::function<void(ProbeId, Result<std::string> answer)> on_probed;
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
  /// Stops reading, writes what is queued (for at most `write` in all), closes, reports kClosedByUs.
  void close(ConnectionId connection);
  /// For a connection that turns out not to be a classic client's: a line ends at a newline and nowhere else, may be
  /// this long, and the end of what the other side sends is the end of the connection.
  void speak_lines(ConnectionId connection, std::size_t max_line_size_bytes);
  /// Replaces the option `idle` for one connection, as for a subscriber that only listens.
  void set_idle(ConnectionId connection, std::chrono::milliseconds idle);
  /// Dials, writes the line, closes; reports nothing.
  void notify(const wire::Address& address, std::shared_ptr<const std::string> line);
  /// Dials, writes the line if there is one, reads one line of at most wire::kMaxUntrustedLineSizeBytes if wanted,
  /// closes, reports. At most `max_errands` notices and probes run at a time, taking turns; more wait.
  void probe(ProbeId id, const wire::Address& address, std::shared_ptr<const std::string> line, bool want_answer);
  /// Replaces the bounds on inbound connections and who may connect. Who may not any more is closed at once with
  /// kNotAllowed; who is only too many stays.
  void set_admission(std::size_t max_connections, std::size_t max_connections_per_address, AccessList access);
  /// No new connections; closes all that are open. Notices and probes end unreported.
  void shut_down();

  /// The bound on inbound connections: what was asked for, or what the limit of open files leaves room for.
  [[nodiscard]] std::size_t max_connections() const;
  /// Open or closing, in both directions.
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] LineNetworkCounters counters() const;
  /// What waits to be written to all connections together. Looks at each.
  [[nodiscard]] std::size_t queued_bytes() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace suara::shell
