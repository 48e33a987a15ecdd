#include "peer-node/shell/console_command.hpp"

#include <gtest/gtest.h>

namespace suara::node_shell {
namespace {

TEST(ConsoleCommand, VotesLikeTheBook) {
  const auto command = parse_console_command("vote voter123 Alice");
  ASSERT_TRUE(command);
  EXPECT_EQ(std::get<VoteCommand>(*command).voter, "voter123");
  EXPECT_EQ(std::get<VoteCommand>(*command).candidate, "Alice");
}

TEST(ConsoleCommand, TakesCandidatesAndTextsOfSeveralWords) {
  EXPECT_EQ(std::get<VoteCommand>(*parse_console_command("  vote\tv1   Bob  Kiss \r")).candidate, "Bob  Kiss");
  EXPECT_EQ(std::get<RecordCommand>(*parse_console_command("record some  text")).text, "some  text");
  EXPECT_EQ(std::get<ShowResultCommand>(*parse_console_command("showresult Town Mayor")).election, "Town Mayor");
  EXPECT_EQ(std::get<ShowResultCommand>(*parse_console_command("showresult")).election, "");
}

TEST(ConsoleCommand, KnowsEveryCommandTheHelpLists) {
  for (const char* name : {"showresult", "elections", "peers", "chain", "status", "quit"}) {
    EXPECT_NE(console_help().find(name), std::string_view::npos) << name;
    EXPECT_TRUE(parse_console_command(name)) << name;
  }
  EXPECT_TRUE(std::holds_alternative<NothingCommand>(*parse_console_command("   ")));
  EXPECT_TRUE(std::holds_alternative<PeersCommand>(*parse_console_command("PEERS")));
}

TEST(ConsoleCommand, SaysHowACommandIsWritten) {
  const std::pair<const char*, ConsoleError> cases[] = {{"vote", ConsoleError::kMissingArgument},
                                                        {"vote voter123", ConsoleError::kMissingArgument},
                                                        {"record", ConsoleError::kMissingArgument},
                                                        {"peers now", ConsoleError::kTooManyArguments},
                                                        {"frobnicate", ConsoleError::kUnknownCommand}};
  for (const auto& [line, error] : cases) {
    const auto command = parse_console_command(line);
    ASSERT_FALSE(command) << line;
    EXPECT_TRUE(command.error() == error) << line;
    EXPECT_FALSE(command.error().detail().empty()) << line;
  }
}

}  // namespace
}  // namespace suara::node_shell
