#include "bootstrap-server/shell/daemon.hpp"
#include "bootstrap-server/shell/daemon_options.hpp"
#include "common/shell/reload.hpp"
#include "common/shell/service_manager.hpp"
#include "common/shell/signals.hpp"
#include "common/shell/start_up.hpp"

#include <optional>

namespace {

using suara::shell::ExitCode;

ExitCode run(int argc, char** argv) {
  using namespace suara;
  const auto config = shell::parse_config(directory::program_spec(), argc, argv);
  if (!config) return ExitCode::kSuccess;
  config->set_up_log();
  const directory::DaemonOptions options = directory::read_daemon_options(*config);

  shell::Reactor reactor;
  std::optional<directory::Daemon> daemon;
  const std::string status = "listening on " + options.listen.text();
  const auto stop = [&] {
    shell::notify_stopping();
    daemon->shut_down();
  };
  const auto apply = [&] {
    const auto changed = shell::parse_config(directory::program_spec(), argc, argv);
    directory::DaemonOptions fresh = directory::read_daemon_options(*changed);
    changed->set_up_log();
    daemon->reconfigure(std::move(fresh));
  };
  // What comes while the daemon starts is handled once it runs.
  const shell::Signals signals(reactor, stop, [&] { shell::reload(apply, status); });
  daemon.emplace(reactor, options);
  shell::notify_ready(status);
  reactor.run();
  return daemon->exit_code();
}

}  // namespace

int main(int argc, char** argv) {
  return suara::shell::run_main("bootstrap-server", [&] { return run(argc, argv); });
}
