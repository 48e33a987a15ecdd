// From argv, environment and INI file to a command and its Invocation.
#pragma once

#include "common/client/program.hpp"
#include "common/shell/manual.hpp"

#include <string>
#include <vector>

namespace suara::client {

struct ParsedCommandLine {
  const Command* command = nullptr;  ///< nullptr: none was named (help or version)
  Invocation invocation;
};

/// Throws Failure kUsage or kConfiguration.
ParsedCommandLine parse_command_line(const Program& program, const std::vector<std::string>& arguments);

std::string help_text(const Program& program);
shell::Manual manual_of(const Program& program, const std::string& version);
std::string help_text(const Program& program, const Command& command);

}  // namespace suara::client
