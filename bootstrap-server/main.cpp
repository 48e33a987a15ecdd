#include "bootstrap-server/shell/daemon.hpp"
#include "bootstrap-server/shell/daemon_options.hpp"
#include "common/shell/logging.hpp"
#include "common/shell/service_manager.hpp"
#include "common/shell/signals.hpp"
#include "common/shell/start_up.hpp"

int main(int argc, char** argv) {
  using namespace suara;
  return shell::run_main("bootstrap-server", [&] {
    const auto config = shell::parse_config(directory::program_spec(), argc, argv);
    if (!config) return shell::ExitCode::kSuccess;
    config->set_up_log();
    const directory::DaemonOptions options = directory::read_daemon_options(*config);

    shell::Reactor& reactor = shell::Reactor::of_process();
    directory::Daemon daemon(reactor, options);
    const shell::Signals signals(
        reactor,
        [&daemon] {
          shell::notify_stopping();
          daemon.shut_down();
        },
        [] { shell::log(Severity::kInfo, "nothing to reload: options are read at start-up"); });
    shell::notify_ready("listening on " + options.listen.text());
    reactor.run();
    return daemon.exit_code();
  });
}
