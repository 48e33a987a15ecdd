// A machine that runs a daemon, as far as daemons are alike: frames lines, writes batches, keeps the one timer, starts,
// dies and starts again on what its disk kept. What the shells of the daemons do, with virtual time and faults.
#pragma once

#include "common/wire/line_framer.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/trace.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace suara::sim {

/// The wall clock's time when virtual time begins: 2026-01-01.
inline constexpr std::uint64_t kStartOfTimeMs = 1'767'225'600'000;

/// What all hosts of a world share.
struct Environment {
  Scheduler scheduler;
  SeededRng rng;
  Network network;
  Trace trace;
  bool verbose = false;

  explicit Environment(std::uint64_t seed, NetworkOptions options = {}) : rng(seed), network(scheduler, rng, options) {}
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
};

struct LineHostOptions {
  std::string ip;
  std::optional<std::uint16_t> port;  ///< none: accepts nobody
  wire::LineFramer::Mode framing = wire::LineFramer::Mode::kLine;
  std::size_t max_send_queue_bytes = 1024 * 1024;
  std::chrono::milliseconds clock_error{0};  ///< how far its wall clock is off
};

class LineHost : public Endpoint {
 public:
  LineHost(Environment& environment, LineHostOptions options);
  LineHost(const LineHost&) = delete;
  LineHost& operator=(const LineHost&) = delete;

  void start();
  void die(Death death);
  /// Asked to end, as by SIGTERM; dies once it is ready to.
  virtual void retire() { die(Death::kProcess); }
  [[nodiscard]] bool running() const { return running_; }

  [[nodiscard]] HostId id() const { return id_; }
  [[nodiscard]] const std::string& ip() const { return options_.ip; }
  [[nodiscard]] Disk& disk() { return disk_; }
  [[nodiscard]] const Disk& disk() const { return disk_; }
  [[nodiscard]] std::uint64_t lives() const { return life_; }

  void on_opened(const Opened& opened) final;
  void on_dial_failed(DialId dial, const Error& error) final;
  void on_bytes(ConnectionId connection, std::string_view bytes) final;
  void on_closed(ConnectionId connection, const Error& reason) final;

 protected:
  // -- the daemon --
  virtual void daemon_started() = 0;
  virtual void daemon_died() = 0;
  virtual void opened(const Opened& opened) = 0;
  virtual void dial_failed(DialId dial, const Error& error) = 0;
  virtual void line(ConnectionId connection, std::string_view line) = 0;
  virtual void bad_line(ConnectionId connection, const Error& error) = 0;
  virtual void closed(ConnectionId connection, const Error& reason) = 0;
  virtual void stored(StoreToken token) = 0;
  virtual void tick() = 0;
  virtual std::optional<Instant> next_deadline() const = 0;

  // -- what it asks for --
  void send(ConnectionId connection, std::string_view bytes) { environment_.network.send(connection, bytes); }
  void close(ConnectionId connection);
  void set_max_line_size(ConnectionId connection, std::size_t size_bytes);
  void store(StoreToken token, store::WriteBatch batch);
  /// A task of this life: does nothing once the daemon has died.
  void later(Duration delay, std::function<void()> task);
  /// To be called after every event handed to the core.
  void arm();

  [[nodiscard]] Now now() const;
  void trace(std::string_view kind, std::string_view content = {});
  void log(std::string_view text) const;
  [[nodiscard]] std::string name() const { return options_.ip; }

  Environment& environment_;

 private:
  void tick_if_due(Instant due);

  LineHostOptions options_;
  HostId id_;
  Disk disk_;
  bool running_ = false;
  std::uint64_t life_ = 0;
  std::map<ConnectionId, wire::LineFramer> framers_;  // of connections that are still read
  std::optional<Instant> armed_;
  std::uint64_t ticks_at_once_ = 0;
  Instant last_tick_{};
};

}  // namespace suara::sim
