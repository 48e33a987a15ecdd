#include "common/client/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suara::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Exit nothing(const Invocation&) { return Exit::kOk; }

const Program& program() {
  static const Program program{
      "tool",
      "does things",
      {{"node", Arity::kMany, "URL", "where"}, {"server", Arity::kOne, "ADDR", "who"}},
      {{{"register"}, {"ADDR"}, 1, "registers", {}, nothing},
       {{"get-peers", "get_peers"}, {}, 0, "lists", {{"quiet", Arity::kFlag, "", ""}}, nothing},
       {{"election open"}, {}, 0, "opens", {{"title", Arity::kOne, "TEXT", ""}}, nothing},
       {{"election results"}, {"ID"}, 0, "shows", {}, nothing}}};
  return program;
}

std::string complaint(const std::vector<std::string>& arguments) {
  try {
    parse_command_line(program(), arguments);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit(), Exit::kUsage);
    return failure.what();
  }
  return "none";
}

TEST(CommandLine, FindsTheCommandBetweenOptions) {
  const auto [command, invocation] =
      parse_command_line(program(), {"--node", "a", "--json", "election", "open", "--title", "T", "--node=b"});
  ASSERT_NE(command, nullptr);
  EXPECT_EQ(command->names.front(), "election open");
  EXPECT_EQ(invocation.require("title"), "T");
  EXPECT_THAT(invocation.all("node"), ElementsAre("a", "b"));
  EXPECT_TRUE(invocation.json());
}

TEST(CommandLine, KeepsWordsThatAreNoOptions) {
  const auto [command, invocation] = parse_command_line(program(), {"register", "--node", "x", "host:1"});
  EXPECT_EQ(command->names.front(), "register");
  EXPECT_THAT(invocation.words(), ElementsAre("host:1"));
}

TEST(CommandLine, KnowsOtherSpellings) {
  EXPECT_EQ(parse_command_line(program(), {"get_peers", "--quiet"}).command->names.front(), "get-peers");
}

TEST(CommandLine, NamesWhatIsWrong) {
  EXPECT_THAT(complaint({"regster", "x"}), HasSubstr("regster"));
  EXPECT_THAT(complaint({"election", "shut"}), HasSubstr("election shut"));
  EXPECT_THAT(complaint({"register"}), HasSubstr("ADDR is missing"));
  EXPECT_THAT(complaint({"register", "a", "b"}), HasSubstr("\"b\" is one word too many"));
  EXPECT_THAT(complaint({"get-peers", "--qiet"}), HasSubstr("qiet"));
  EXPECT_THAT(complaint({"get-peers", "--qui"}), HasSubstr("qui"));
  EXPECT_THAT(complaint({"--title", "T", "election", "open"}), HasSubstr("--title"));
  EXPECT_THAT(complaint({"--log-level", "loud", "get-peers"}), HasSubstr("debug info warning error"));
  EXPECT_THAT(complaint({"get-peers", "--log-format=xml"}), HasSubstr("xml"));
  EXPECT_THAT(complaint({"--server", "a", "--server", "b", "get-peers"}), HasSubstr("--server is given 2 times"));
}

TEST(CommandLine, AsksForNoWordsWhenHelpIsWanted) {
  const auto [command, invocation] = parse_command_line(program(), {"register", "--help"});
  EXPECT_TRUE(invocation.has("help"));
  EXPECT_THAT(help_text(program(), *command), HasSubstr("tool register ADDR"));
}

TEST(CommandLine, HelpTellsWhichWordsMayBeLeftOut) {
  EXPECT_THAT(help_text(program()), HasSubstr("register ADDR "));
  EXPECT_THAT(help_text(program()), HasSubstr("election results [ID] "));
}

TEST(CommandLine, NamesNoCommandWhenNoneIsGiven) {
  EXPECT_EQ(parse_command_line(program(), {"--version"}).command, nullptr);
}

TEST(Invocation, RefusesNumbersThatAreNone) {
  for (const auto* text : {"", "x", "-1", "1x", "11", "99999999999999999999"}) {
    const Invocation invocation({{"n", {text}}}, {});
    EXPECT_THROW(static_cast<void>(invocation.number("n", 10)), Failure) << text;
  }
  EXPECT_EQ(Invocation({{"n", {"10"}}}, {}).number("n", 10), 10U);
  EXPECT_EQ(Invocation({}, {}).number("n", 10), std::nullopt);
}

}  // namespace
}  // namespace suara::client
