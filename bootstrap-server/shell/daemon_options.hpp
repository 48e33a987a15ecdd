// What `bootstrap-server` is told to be, from its options table.
#pragma once

#include "bootstrap-server/core/server.hpp"
#include "common/shell/config.hpp"
#include "common/wire/address.hpp"

#include <optional>
#include <string>

namespace suara::directory {

struct DaemonOptions {
  wire::Address listen;
  std::optional<wire::Address> http;  ///< none: no HTTP
  std::string data_folder;
  bool repair = false;  ///< set a damaged database aside
  Options directory;
  std::size_t max_connections = 10'000;
  std::size_t max_connections_per_address = 64;
  AccessList access;
};

shell::ProgramSpec program_spec();

/// Throws shell::StartUpFailure for values that do not fit.
DaemonOptions read_daemon_options(const shell::Config& config);

}  // namespace suara::directory
