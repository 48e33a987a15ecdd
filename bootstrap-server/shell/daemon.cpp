#include "bootstrap-server/shell/daemon.hpp"

#include "bootstrap-server/core/server_error.hpp"
#include "bootstrap-server/shell/http_routes.hpp"
#include "bootstrap-server/store/schema.hpp"
#include "common/shell/data_folder.hpp"
#include "common/shell/descriptor_limit.hpp"
#include "common/shell/key_file.hpp"
#include "common/shell/logging.hpp"
#include "common/shell/start_up.hpp"
#include "common/wire/limits.hpp"

namespace suara::directory {
namespace {

using namespace std::chrono_literals;

/// After it a shutdown no longer waits for clients to take what was sent to them.
constexpr auto kShutDownPatience = 3s;

/// Check signatures, some 15,000 a second each. More would take the reactor's own core from it.
constexpr unsigned kWorkers = 2;

/// Leaves room in a send queue for one more answer of any size.
constexpr std::size_t kPauseSendQueueBytes = 256 * 1024;

std::shared_ptr<const std::string> too_slow_line() {
  const Error error(ServerError::kTooSlow);
  return std::make_shared<const std::string>(
      wire::encode(wire::BootstrapReply(wire::ErrorReply{std::string(error.name()), error.message()})));
}

shell::LineNetworkOptions network_options(const DaemonOptions& options) {
  shell::LineNetworkOptions network;
  network.framing = wire::LineFramer::Mode::kLineOrObject;
  network.max_line_size_bytes = wire::kMaxUntrustedLineSizeBytes;
  network.max_connections = options.max_connections;
  network.max_connections_per_address = options.max_connections_per_address;
  network.access = options.access;
  network.too_slow_line = too_slow_line();
  network.pause_send_queue_bytes = kPauseSendQueueBytes;
  network.half_close = 5s;  // `echo ... | nc` is a client too
  return network;
}

}  // namespace

Daemon::Daemon(shell::Reactor& reactor, DaemonOptions options)
    : reactor_(reactor),
      options_(std::move(options)),
      network_(reactor, network_options(options_), network_handlers()),
      loop_lag_(reactor) {
  shell::value_or_fail(network_.listen(options_.listen), "listening on " + options_.listen.text());
  if (options_.http) {
    const auto answer = [this](const shell::HttpRequest& request, const shell::Respond& respond) {
      respond(answer_http(request, http_context()));
    };
    http_ = std::make_unique<shell::HttpServer>(reactor_, shell::HttpServerOptions{}, answer);
    shell::value_or_fail(http_->listen(*options_.http), "listening for HTTP on " + options_.http->text());
  }
  open_store();
  admin_key_ =
      shell::value_or_fail(shell::read_or_make_key_file(options_.data_folder + "/admin.pem"), "admin key").public_key();
  options_.directory.admin_keys.push_back(admin_key_);
  workers_ = std::make_unique<shell::WorkerPool>(reactor_, kWorkers);
  server_ = std::make_unique<Server>(options_.directory, *store_, rng_);
  started_ = shell::Reactor::now().instant;
  handle(Tick{});
  const std::string http = options_.http ? ", HTTP on " + options_.http->text() : "";
  shell::log(Severity::kInfo, "listening on " + options_.listen.text() + http + ", " +
                                  std::to_string(server_->stats().peers) + " peers in " + options_.data_folder);
  warn_of_few_descriptors();
}

Daemon::~Daemon() = default;

void Daemon::open_store() {
  shell::StoreHandlers handlers;
  handlers.on_stored = [this](StoreToken token) {
    handle(Stored{token});
    if (shutting_down_) continue_shut_down();
  };
  handlers.on_commit = [this](const shell::StoreCommit& commit) { store_meter_.add(commit); };
  handlers.on_failed = [this](const Error& error) {
    shell::log(Severity::kError, error.message() + "; stopping, so that nothing is acknowledged that may be lost");
    exit_code_ = shell::exit_code_for(error);
    reactor_.stop();
  };
  handlers.on_unavailable = [this](const std::string& reason) { handle(StoreUnavailable{reason}); };
  handlers.on_available = [this] { handle(StoreAvailable{}); };
  shell::RocksOptions options;
  options.folder = shell::value_or_fail(shell::prepare_data_folder(options_.data_folder), "data folder");
  options.families = family_names();
  options.format_version = kFormatVersion;
  options.identity = "suara bootstrap directory";
  options.repair = options_.repair;
  options.damage_advice =
      "started once with --repair, the server sets it aside, deletes nothing and begins an empty one";
  store_ = shell::value_or_fail(shell::RocksStore::open(reactor_, options, std::move(handlers)), "database");
  if (!store_->set_aside().empty()) {
    shell::log(Severity::kWarning, "the database was damaged and is now in " + store_->set_aside() +
                                       "; an empty one is filled by the peers as they renew");
  }
}

HttpContext Daemon::http_context() {
  const ReadinessFacts readiness{
      .shutting_down = shutting_down_, .disk_full = server_->stats().disk_full, .data_folder = options_.data_folder};
  return {*server_,     shell::Reactor::now(), started_, readiness, network_.counters(), network_.queued_bytes(),
          store_meter_, loop_lag_.histogram()};
}

void Daemon::warn_of_few_descriptors() const {
  const std::size_t wanted = options_.max_connections;
  const std::size_t granted = network_.max_connections();
  if (granted < wanted) shell::log(Severity::kWarning, shell::too_few_descriptors(wanted, granted));
}

void Daemon::reconfigure(DaemonOptions options) {
  const auto keep = [](auto& changed, const auto& old, const std::string& name) {
    if (changed == old) return;
    shell::log(Severity::kWarning, "another --" + name + " takes a restart; the old one stays");
    changed = old;
  };
  keep(options.listen, options_.listen, "listen");
  keep(options.http, options_.http, "http");
  keep(options.data_folder, options_.data_folder, "data-dir");
  options_ = std::move(options);
  options_.directory.admin_keys.push_back(admin_key_);
  network_.set_admission(options_.max_connections, options_.max_connections_per_address, options_.access);
  warn_of_few_descriptors();
  server_->reconfigure(options_.directory);
  schedule();
}

shell::LineNetworkHandlers Daemon::network_handlers() {
  shell::LineNetworkHandlers handlers;
  handlers.on_open = [this](const shell::OpenedConnection& opened) {
    handle(Connected{opened.connection, opened.remote_host, opened.remote_port});
  };
  handlers.on_dial_failed = [](DialId, const Error&) {};  // nothing is dialled but notices and probes
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
    const bool too_slow = reason == shell::NetworkError::kSendQueueFull;
    shell::log(too_slow ? Severity::kWarning : Severity::kDebug,
               "connection " + std::to_string(connection.value) + " closed: " + reason.message());
    handle(Disconnected{connection});
    if (shutting_down_) continue_shut_down();
  };
  handlers.on_probed = [this](ProbeId probe, Result<std::string> answer) {
    const bool connected = answer || !shell::is_dial_error(answer.error());
    handle(Probed{probe, connected, std::move(answer)});
  };
  return handlers;
}

void Daemon::handle(Event event) {
  for (Action& action : server_->handle(std::move(event), shell::Reactor::now())) {
    std::visit([this](auto& what) { perform(what); }, action);
  }
  server_->handed_over(shell::Reactor::now().instant);
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

void Daemon::perform(Probe& action) {
  network_.probe(action.probe, action.address, std::move(action.line), action.want_answer);
}

void Daemon::perform(CheckSignature& action) {
  auto valid = std::make_shared<bool>(false);
  workers_->submit([action, valid] { *valid = verify(action.key, action.digest, action.signature); },
                   [this, check = action.check, valid] {
                     handle(SignatureChecked{check, *valid});
                     if (shutting_down_) continue_shut_down();
                   });
}

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
