// A machine that runs a bootstrap server: the real core and codec behind the simulator's network and disk.
#pragma once

#include "bootstrap-server/core/server.hpp"
#include "tests/sim/line_host.hpp"

#include <memory>
#include <vector>

namespace suara::sim {

class DirectoryHost final : public LineHost {
 public:
  DirectoryHost(Environment& environment, LineHostOptions options, directory::Options directory);

  /// nullptr while it is down.
  [[nodiscard]] const directory::Server* server() const { return server_.get(); }
  /// The addresses it would list for a network now.
  [[nodiscard]] std::set<std::string> listed(const std::string& network) const;

 private:
  void daemon_started() override;
  void daemon_died() override;
  void opened(const Opened& opened) override;
  void dial_failed(DialId dial, const Error& error) override;
  void line(ConnectionId connection, std::string_view line) override;
  void bad_line(ConnectionId connection, const Error& error) override;
  void closed(ConnectionId connection, const Error& reason) override;
  void stored(StoreToken token) override;
  void tick() override;
  std::optional<Instant> next_deadline() const override;

  /// A notice, or a probe whose end is to be reported.
  struct Errand {
    std::optional<ProbeId> probe;
    std::shared_ptr<const std::string> line;
    bool want_answer = false;
  };

  void run_errand(const wire::Address& address, Errand errand);
  void end_visit(ConnectionId connection, Result<std::string> answer);
  void feed(directory::Event event);
  void execute(directory::Send& action);
  void execute(directory::Close& action);
  void execute(directory::Store& action);
  void execute(directory::Notify& action);
  void execute(directory::Probe& action);
  void execute(directory::CheckSignature& action);
  void execute(Report& action);

  directory::Options directory_options_;
  SeededRng core_rng_;
  std::unique_ptr<directory::Server> server_;
  std::uint64_t next_dial_ = 0;
  std::map<DialId, Errand> errands_;       // dialing
  std::map<ConnectionId, Errand> visits_;  // connections the core knows nothing of
};

}  // namespace suara::sim
