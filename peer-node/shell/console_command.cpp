#include "peer-node/shell/console_command.hpp"

#include "common/util/ascii.hpp"
#include "common/util/check.hpp"

namespace suara::node_shell {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// Takes the first word off `text`.
std::string_view take_word(std::string_view& text) {
  text = trim(text);
  const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
  text = trim(text.substr(word.size()));
  return word;
}

template <class Command>
Result<ConsoleCommand> bare(std::string_view name, std::string_view rest) {
  if (!rest.empty()) return Error(ConsoleError::kTooManyArguments, "write just `" + std::string(name) + "`");
  return ConsoleCommand(Command{});
}

Result<ConsoleCommand> vote(std::string_view rest) {
  const std::string_view voter = take_word(rest);
  if (rest.empty())
    return Error(ConsoleError::kMissingArgument, "write `vote NAME CANDIDATE`, as `vote voter123 Alice`");
  return ConsoleCommand(VoteCommand{std::string(voter), std::string(rest)});
}

}  // namespace

ErrorText describe(ConsoleError error) {
  switch (error) {
    case ConsoleError::kUnknownCommand: return {"unknown_command", "there is no such command; `help` lists them"};
    case ConsoleError::kMissingArgument: return {"missing_argument", "something is missing"};
    case ConsoleError::kTooManyArguments: return {"too_many_arguments", "this command takes nothing"};
  }
  CHECK(false);
}

Result<ConsoleCommand> parse_console_command(std::string_view line) {
  std::string_view rest = line;
  const std::string word = ascii_lower(take_word(rest));
  if (word.empty()) return ConsoleCommand(NothingCommand{});
  if (word == "vote") return vote(rest);
  if (word == "showresult") return ConsoleCommand(ShowResultCommand{std::string(rest)});
  if (word == "record") {
    if (rest.empty()) return Error(ConsoleError::kMissingArgument, "write `record TEXT`");
    return ConsoleCommand(RecordCommand{std::string(rest)});
  }
  if (word == "peers") return bare<PeersCommand>(word, rest);
  if (word == "chain") return bare<ChainCommand>(word, rest);
  if (word == "status") return bare<StatusCommand>(word, rest);
  if (word == "elections") return bare<ElectionsCommand>(word, rest);
  if (word == "help" || word == "?") return bare<HelpCommand>(word, rest);
  if (word == "quit" || word == "exit") return bare<QuitCommand>(word, rest);
  return Error(ConsoleError::kUnknownCommand, word);
}

std::string_view console_help() {
  return "  vote NAME CANDIDATE    vote in the newest open election; the key of NAME is kept in the data folder\n"
         "  showresult [ELECTION]  the tally of the newest election, or of the one with this id or title\n"
         "  elections              all elections\n"
         "  record TEXT            put a text into the chain\n"
         "  peers                  connected peers\n"
         "  chain                  the last blocks\n"
         "  status                 this node at a glance\n"
         "  quit                   shut the node down; the end of input leaves it running\n";
}

}  // namespace suara::node_shell
