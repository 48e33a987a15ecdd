// peer-node: keeps the chain of one network.
#include "common/shell/config.hpp"
#include "common/shell/logging.hpp"
#include "common/shell/service_manager.hpp"
#include "common/shell/signals.hpp"
#include "common/shell/start_up.hpp"
#include "peer-node/shell/node_options.hpp"
#include "peer-node/shell/peer_daemon.hpp"

namespace {

using suara::shell::ExitCode;

ExitCode run(int argc, char** argv) {
  using namespace suara;
  const auto config = shell::parse_config(node_shell::program_spec(), argc, argv);
  if (!config) return ExitCode::kSuccess;
  config->set_up_log();

  shell::Reactor& reactor = shell::Reactor::of_process();
  ExitCode code = ExitCode::kSuccess;
  node_shell::PeerDaemon daemon(reactor, node_shell::read_node_options(*config), [&](ExitCode ended) {
    code = ended;
    reactor.stop();
  });
  const shell::Signals signals(
      reactor, [&] { daemon.request_stop(); },
      [] { shell::log(Severity::kInfo, "nothing to reload: a change of options takes a restart"); });
  daemon.start();
  shell::notify_ready("serving " + daemon.listening().text());
  reactor.run();
  shell::log(Severity::kInfo, "ended");
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  return suara::shell::run_main("peer-node", [&] { return run(argc, argv); });
}
