// peer-node: keeps the chain of one network.
#include "common/shell/config.hpp"
#include "common/shell/logging.hpp"
#include "common/shell/reload.hpp"
#include "common/shell/service_manager.hpp"
#include "common/shell/signals.hpp"
#include "common/shell/start_up.hpp"
#include "peer-node/shell/database.hpp"
#include "peer-node/shell/node_key.hpp"
#include "peer-node/shell/node_options.hpp"
#include "peer-node/shell/peer_daemon.hpp"

#include <optional>
#include <string>

namespace {

using suara::shell::ExitCode;

ExitCode run(int argc, char** argv) {
  using namespace suara;
  const auto config = shell::parse_config(node_shell::program_spec(), argc, argv);
  if (!config) return ExitCode::kSuccess;
  config->set_up_log();
  if (config->flag("show-key")) {
    node_shell::print_node_key(config->text("data-dir"));
    return ExitCode::kSuccess;
  }

  const node_shell::NodeOptions options = node_shell::read_node_options(*config);
  if (options.check) return node_shell::check_command(options);

  shell::Reactor reactor;
  ExitCode code = ExitCode::kSuccess;
  std::optional<node_shell::PeerDaemon> daemon;
  std::string status;
  const auto apply = [&] {
    const auto changed = shell::parse_config(node_shell::program_spec(), argc, argv);
    node_shell::read_node_options(*changed);
    changed->set_up_log();
    shell::log(Severity::kInfo,
               "only --log-level and --log-format are applied; a change of other options takes a restart");
  };
  // What comes while the daemon starts is handled once it runs.
  const shell::Signals signals(reactor, [&] { daemon->request_stop(); }, [&] { shell::reload(apply, status); });
  daemon.emplace(reactor, options, [&](ExitCode ended) {
    code = ended;
    reactor.stop();
  });
  daemon->start();
  status = "serving " + daemon->listening().text();
  shell::notify_ready(status);
  reactor.run();
  shell::log(Severity::kInfo, "ended");
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  return suara::shell::run_main("peer-node", [&] { return run(argc, argv); });
}
