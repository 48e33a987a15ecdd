// What a line typed into `peer-node --console` asks for.
#pragma once

#include "common/util/result.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace suara::node_shell {

enum class ConsoleError {
  kUnknownCommand,
  kMissingArgument,
  kTooManyArguments,
};
ErrorText describe(ConsoleError error);

struct VoteCommand {
  std::string voter;  ///< one word
  std::string candidate;
};
struct ShowResultCommand {
  std::string election;  ///< id, the beginning of one, or a title; empty: the newest
};
struct RecordCommand {
  std::string text;
};
struct PeersCommand {};
struct ChainCommand {};
struct StatusCommand {};
struct ElectionsCommand {};
struct HelpCommand {};
struct QuitCommand {};
struct NothingCommand {};

using ConsoleCommand = std::variant<NothingCommand, VoteCommand, ShowResultCommand, RecordCommand, PeersCommand,
                                    ChainCommand, StatusCommand, ElectionsCommand, HelpCommand, QuitCommand>;

/// Errors: ConsoleError, saying how the command is written.
Result<ConsoleCommand> parse_console_command(std::string_view line);

std::string_view console_help();

}  // namespace suara::node_shell
