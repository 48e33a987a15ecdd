// Errands to addresses that strangers named: dial, write a line, perhaps read one back, close. A notice tells a classic
// peer something, a probe asks whether somebody is there.
//
// What it guards against: addresses that swallow connections, and floods. An errand has one deadline for everything;
// only so many run at a time; what waits is bounded. Notices and probes wait in queues of their own that are served
// in turn, so that a flood of one does not keep the other waiting.
#pragma once

#include "common/util/result.hpp"
#include "common/util/strong_id.hpp"
#include "common/wire/address.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace suara::shell {

struct LineNetworkCounters;
struct LineNetworkOptions;

class Courier : public std::enable_shared_from_this<Courier> {
 public:
  /// The line that came back, empty where none was wanted. Never called from inside a call into the courier.
  using OnProbed = std::function<void(ProbeId, Result<std::string> answer)>;

  Courier(boost::asio::io_context& io, const LineNetworkOptions& options, LineNetworkCounters& counters,
          OnProbed on_probed);

  /// Its end is not reported. When too many wait the oldest is dropped.
  void notify(const wire::Address& address, std::shared_ptr<const std::string> line);
  /// An empty or no `line`: only connects. When too many wait this one is reported as kTooManyErrands.
  void probe(ProbeId id, const wire::Address& address, std::shared_ptr<const std::string> line, bool want_answer);
  /// Drops what waits and reports nothing more; `options` and `counters` are not used any more.
  void stop();

 private:
  enum class Kind : std::uint8_t { kNotice, kProbe };
  struct Errand {
    Kind kind;
    wire::Address address;
    std::shared_ptr<const std::string> line;
    std::optional<ProbeId> probe;  ///< whose end is reported
    bool want_answer = false;
  };

  void start_next();
  Errand take_next();
  void visit(boost::asio::ip::tcp::socket socket, const Errand& errand, std::chrono::steady_clock::time_point deadline);
  void on_done(Kind kind, std::optional<ProbeId> probe, Result<std::string> answer);
  void report_overflow(ProbeId probe);

  boost::asio::io_context& io_;
  const LineNetworkOptions* options_;  // null once stopped
  LineNetworkCounters* counters_;
  OnProbed on_probed_;
  std::deque<Errand> notices_;
  std::deque<Errand> probes_;
  Kind last_started_ = Kind::kProbe;
  std::size_t active_ = 0;
};

}  // namespace suara::shell
