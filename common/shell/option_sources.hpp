// Where option values come from: command line, environment, INI file. Each is read by itself, so that a mistake
// can be told with its place. Throws StartUpFailure.
#pragma once

#include "common/shell/config.hpp"

#include <string>
#include <vector>

namespace suara::shell {

using OptionValues = Config::Values;

OptionValues read_command_line(const std::vector<OptionSpec>& options, int argc, const char* const* argv);
OptionValues read_environment(const std::vector<OptionSpec>& options, const Environment& environment);
OptionValues read_ini_file(const std::vector<OptionSpec>& options, const std::string& path);

}  // namespace suara::shell
