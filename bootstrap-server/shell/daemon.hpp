// The directory server's core in the world: its events come from sockets, the database and the timer, its actions go
// there. Decides nothing. Everything runs on the reactor's thread.
#pragma once

#include "bootstrap-server/core/server.hpp"
#include "bootstrap-server/shell/daemon_options.hpp"
#include "bootstrap-server/shell/http_routes.hpp"
#include "common/shell/exit_code.hpp"
#include "common/shell/http_server.hpp"
#include "common/shell/line_network.hpp"
#include "common/shell/loop_lag.hpp"
#include "common/shell/rocks_store.hpp"
#include "common/shell/system_rng.hpp"
#include "common/shell/worker_pool.hpp"

#include <memory>

namespace suara::directory {

class Daemon {
 public:
  /// Binds its ports, then opens its database, so that a second server on the same port touches nothing. Throws
  /// shell::StartUpFailure.
  Daemon(shell::Reactor& reactor, DaemonOptions options);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Applies what can change while it runs, and logs what cannot.
  void reconfigure(DaemonOptions options);

  /// Takes no further requests, makes durable and answers what there is, closes everything, then stops the reactor.
  /// Gives up waiting after a few seconds. A second call stops at once.
  void shut_down();

  /// What the process ends with, once the reactor has stopped.
  [[nodiscard]] shell::ExitCode exit_code() const { return exit_code_; }

 private:
  shell::LineNetworkHandlers network_handlers();
  void warn_of_few_descriptors() const;
  void open_store();
  HttpContext http_context();
  void handle(Event event);
  void schedule();
  void continue_shut_down();

  void perform(Send& action);
  void perform(Close& action);
  void perform(Store& action);
  void perform(Notify& action);
  void perform(Probe& action);
  void perform(CheckSignature& action);
  void perform(Report& action);

  shell::Reactor& reactor_;
  DaemonOptions options_;
  PublicKey admin_key_;  // of admin.pem in the data folder, which whoever may read it signs with
  shell::SystemRng rng_;
  shell::LineNetwork network_;
  std::unique_ptr<shell::HttpServer> http_;
  std::unique_ptr<shell::RocksStore> store_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<shell::WorkerPool> workers_;
  shell::LoopLag loop_lag_;
  StoreMeter store_meter_;
  Instant started_;
  std::optional<Instant> scheduled_;
  bool shutting_down_ = false;
  bool network_closed_ = false;
  shell::ExitCode exit_code_ = shell::ExitCode::kSuccess;
};

}  // namespace suara::directory
