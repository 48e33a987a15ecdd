#include "bootstrap-server/shell/daemon_options.hpp"

#include "bootstrap-server/shell/version.hpp"

namespace suara::directory {

shell::ProgramSpec program_spec() {
  return {"bootstrap-server",
          "keeps the directory of peers and tells everybody who joins and who leaves",
          std::string(kVersion),
          {
              {.group = "Network",
               .name = "listen",
               .value_name = "ADDRESS",
               .help = "where peers and clients connect; BOOTSTRAP_PORT alone sets the port",
               .default_value = "0.0.0.0:4000",
               .variable = "BOOTSTRAP_PORT",
               .variable_prefix = "0.0.0.0:"},
              {.group = "Network",
               .name = "http",
               .value_name = "ADDRESS|off",
               .help = "where operators look: /v1/peers, /v1/stats, /livez, /readyz",
               .default_value = "127.0.0.1:4080"},
              {.group = "Network",
               .name = "max-connections",
               .value_name = "N",
               .help = "connections in all; one more is closed at once",
               .default_value = "10000"},
              {.group = "Network",
               .name = "max-per-ip",
               .value_name = "N",
               .help = "connections from one address; containers and NAT share addresses",
               .default_value = "64"},
              {.group = "Directory",
               .name = "data-dir",
               .value_name = "FOLDER",
               .help = "the database",
               .default_value = "suara-bootstrap"},
              {.group = "Directory",
               .name = "ttl",
               .value_name = "SECONDS",
               .help = "how long a registration counts unless it is renewed",
               .default_value = "120"},
          }};
}

DaemonOptions read_daemon_options(const shell::Config& config) {
  constexpr std::uint64_t kLongestTtl = 72 * 3600;
  DaemonOptions options;
  options.listen = config.address("listen");
  if (config.text("http") != "off") options.http = config.address("http");
  options.data_folder = config.text("data-dir");
  options.directory.ttl = std::chrono::seconds(config.number("ttl", 1, kLongestTtl));
  options.max_connections = config.number("max-connections", 1, 1'000'000);
  options.max_connections_per_address = config.number("max-per-ip", 1, 1'000'000);
  return options;
}

}  // namespace suara::directory
