// The node's database as files: how it is opened, and looked through from end to end.
#pragma once

#include "common/shell/exit_code.hpp"
#include "common/shell/rocks_store.hpp"
#include "peer-node/shell/node_options.hpp"
#include "peer-node/store/findings.hpp"

#include <string>

namespace suara::node_shell {

/// For the daemon. With options.repair every file and every row is checked first; a database with anything wrong in it
/// is set aside, and its addresses of peers go into the new one as far as they can be read.
shell::RocksOptions database_options(const NodeOptions& options);

/// `peer-node --check`: looks through the database of a daemon that is not running and changes nothing in it. Progress
/// goes to stderr, what is wrong to stdout. kSuccess when nothing is, kWrong otherwise. Throws StartUpFailure when it
/// cannot be opened (damaged files: kIo), std::runtime_error when it cannot be read.
shell::ExitCode check_command(const NodeOptions& options);

}  // namespace suara::node_shell
