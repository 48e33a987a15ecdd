#include "bootstrap-server/shell/daemon.hpp"

#include "bootstrap-server/shell/http_routes.hpp"
#include "bootstrap-server/store/schema.hpp"
#include "common/shell/data_folder.hpp"
#include "common/shell/logging.hpp"
#include "common/shell/start_up.hpp"
#include "common/wire/limits.hpp"

namespace suara::directory {
namespace {

using namespace std::chrono_literals;

/// After it a shutdown no longer waits for clients to take what was sent to them.
constexpr auto kShutDownPatience = 3s;

/// Leaves room in a send queue for one more answer of any size.
constexpr std::size_t kPauseSendQueueBytes = 256 * 1024;

shell::LineNetworkOptions network_options(const DaemonOptions& options) {
  shell::LineNetworkOptions network;
  network.framing = wire::LineFramer::Mode::kLineOrObject;
  network.max_line_size_bytes = wire::kMaxUntrustedLineSizeBytes;
  network.max_connections = options.max_connections;
  network.max_connections_per_address = options.max_connections_per_address;
  network.pause_send_queue_bytes = kPauseSendQueueBytes;
  network.half_close = 5s;  // `echo ... | nc` is a client too
  return network;
}

}  // namespace

Daemon::Daemon(shell::Reactor& reactor, const DaemonOptions& options)
    : reactor_(reactor), network_(reactor, network_options(options), network_handlers()) {
  shell::value_or_fail(network_.listen(options.listen), "listening on " + options.listen.text());
  if (options.http) {
    const auto answer = [this](const shell::HttpRequest& request, const shell::Respond& respond) {
      respond(answer_http(request, {*server_, shell::Reactor::now(), started_, !shutting_down_, network_.counters()}));
    };
    http_ = std::make_unique<shell::HttpServer>(reactor_, shell::HttpServerOptions{}, answer);
    shell::value_or_fail(http_->listen(*options.http), "listening for HTTP on " + options.http->text());
  }
  open_store(options.data_folder);
  server_ = std::make_unique<Server>(options.directory, *store_, rng_);
  started_ = shell::Reactor::now().instant;
  handle(Tick{});
  const std::string http = options.http ? ", HTTP on " + options.http->text() : "";
  shell::log(Severity::kInfo, "listening on " + options.listen.text() + http + ", " +
                                  std::to_string(server_->stats().peers) + " peers in " + options.data_folder);
}

Daemon::~Daemon() = default;

void Daemon::open_store(const std::string& folder) {
  const auto on_stored = [this](StoreToken token) {
    handle(Stored{token});
    if (shutting_down_) continue_shut_down();
  };
  const auto on_failed = [this](const Error& error) {
    shell::log(Severity::kError, error.message() + "; stopping, so that nothing is acknowledged that may be lost");
    exit_code_ = shell::exit_code_for(error);
    reactor_.stop();
  };
  shell::RocksOptions options;
  options.folder = shell::value_or_fail(shell::prepare_data_folder(folder), "data folder");
  options.families = family_names();
  options.format_version = kFormatVersion;
  options.identity = "suara bootstrap directory";
  store_ = shell::value_or_fail(shell::RocksStore::open(reactor_, options, on_stored, on_failed), "database");
}

shell::LineNetworkHandlers Daemon::network_handlers() {
  shell::LineNetworkHandlers handlers;
  handlers.on_open = [this](const shell::OpenedConnection& opened) {
    handle(Connected{opened.connection, opened.remote_host, opened.remote_port});
  };
  handlers.on_dial_failed = [](DialId, const Error&) {};  // only notices are dialled, and they report nothing
  handlers.on_line = [this](ConnectionId connection, std::string_view line) {
    if (shutting_down_) return;
    auto request = wire::decode_bootstrap_request(line);
    if (request) {
      handle(RequestReceived{connection, std::move(*request)});
    } else {
      handle(BadRequest{connection, request.error(), false});
    }
  };
  handlers.on_bad_line = [this](ConnectionId connection, const Error& error) {
    handle(BadRequest{connection, error, true});
  };
  handlers.on_closed = [this](ConnectionId connection, const Error& reason) {
    shell::log(Severity::kDebug, "connection " + std::to_string(connection.value) + " closed: " + reason.message());
    handle(Disconnected{connection});
    if (shutting_down_) continue_shut_down();
  };
  return handlers;
}

void Daemon::handle(Event event) {
  for (Action& action : server_->handle(std::move(event), shell::Reactor::now())) {
    std::visit([this](auto& what) { perform(what); }, action);
  }
  schedule();
}

void Daemon::schedule() {
  if (shutting_down_ || server_->next_deadline() == scheduled_) return;
  scheduled_ = server_->next_deadline();
  reactor_.set_deadline(scheduled_, [this] {
    scheduled_.reset();
    handle(Tick{});
  });
}

void Daemon::perform(Send& action) { network_.send(action.connection, std::move(action.bytes)); }

void Daemon::perform(Close& action) { network_.close(action.connection); }

void Daemon::perform(Store& action) { store_->store(action.token, std::move(action.batch)); }

void Daemon::perform(Notify& action) { network_.notify(action.address, std::move(action.line)); }

void Daemon::perform(Report& action) { shell::log(action); }

void Daemon::shut_down() {
  if (shutting_down_) return reactor_.stop();
  shutting_down_ = true;
  shell::log(Severity::kInfo, "shutting down");
  reactor_.set_deadline(shell::Reactor::now().instant + kShutDownPatience, [this] { reactor_.stop(); });
  continue_shut_down();
}

void Daemon::continue_shut_down() {
  if (!server_->all_stored()) return;
  if (!network_closed_) {
    network_closed_ = true;
    network_.shut_down();
    if (http_) http_->shut_down();
  }
  if (network_.connections() == 0) reactor_.stop();
}

}  // namespace suara::directory
