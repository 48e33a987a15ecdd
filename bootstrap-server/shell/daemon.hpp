// The directory server's core in the world: its events come from sockets, the database and the timer, its actions go
// there. Decides nothing. Everything runs on the reactor's thread.
#pragma once

#include "bootstrap-server/core/server.hpp"
#include "bootstrap-server/shell/daemon_options.hpp"
#include "common/shell/exit_code.hpp"
#include "common/shell/http_server.hpp"
#include "common/shell/line_network.hpp"
#include "common/shell/rocks_store.hpp"
#include "common/shell/system_rng.hpp"

#include <memory>

namespace suara::directory {

class Daemon {
 public:
  /// Binds its ports, then opens its database, so that a second server on the same port touches nothing. Throws
  /// shell::StartUpFailure.
  Daemon(shell::Reactor& reactor, const DaemonOptions& options);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Takes no further requests, makes durable and answers what there is, closes everything, then stops the reactor.
  /// Gives up waiting after a few seconds. A second call stops at once.
  void shut_down();

  /// What the process ends with, once the reactor has stopped.
  [[nodiscard]] shell::ExitCode exit_code() const { return exit_code_; }

 private:
  shell::LineNetworkHandlers network_handlers();
  void open_store(const std::string& folder);
  void handle(Event event);
  void schedule();
  void continue_shut_down();

  void perform(Send& action);
  void perform(Close& action);
  void perform(Store& action);
  void perform(Notify& action);
  void perform(Report& action);

  shell::Reactor& reactor_;
  shell::SystemRng rng_;
  shell::LineNetwork network_;
  std::unique_ptr<shell::HttpServer> http_;
  std::unique_ptr<shell::RocksStore> store_;
  std::unique_ptr<Server> server_;
  Instant started_;
  std::optional<Instant> scheduled_;
  bool shutting_down_ = false;
  bool network_closed_ = false;
  shell::ExitCode exit_code_ = shell::ExitCode::kSuccess;
};

}  // namespace suara::directory
