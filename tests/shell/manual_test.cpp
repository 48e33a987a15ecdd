#include "common/shell/manual.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suara::shell {
namespace {

using ::testing::HasSubstr;

Manual manual() {
  return {"a-tool",
          "does things",
          "1.2",
          1,
          {{"", {{"level", "high|low", "how much; default low"}, {"file", "FILE", "C:\\x"}, {"quiet", "", "no word"}}}},
          {{{"peer list", "peers"}, "[ID]", "lists them", {{"all", "", "every one"}}}},
          {"other(8)"}};
}

TEST(ManPage, SaysWhatTheTableSays) {
  const auto page = man_page(manual());
  EXPECT_THAT(page, HasSubstr(".TH A\\-TOOL 1 \"\" \"suara 1.2\""));
  EXPECT_THAT(page, HasSubstr("a\\-tool \\- does things\n"));
  EXPECT_THAT(page, HasSubstr("\\fB\\-\\-level\\fR \\fIhigh|low\\fR\nhow much; default low\n"));
  EXPECT_THAT(page, HasSubstr("\\fBpeer list\\fR \\fI[ID]\\fR\nlists them; also \\fBpeers\\fR.\n"));
  EXPECT_THAT(page, HasSubstr("\\fB\\-\\-all\\fR\nevery one\n"));
  EXPECT_THAT(page, HasSubstr("other(8)\n"));
}

TEST(ManPage, KeepsTextFromBeingTakenForRequests) {
  auto hostile = manual();
  hostile.groups[0].options[0].text = ".so /etc/passwd";
  hostile.groups[0].options[1].text = "'quoted' back\\slash\n.br";
  const auto page = man_page(hostile);
  EXPECT_THAT(page, HasSubstr("\n\\&.so /etc/passwd\n"));
  EXPECT_THAT(page, HasSubstr("\n\\&'quoted' back\\eslash .br\n"));
}

TEST(BashCompletion, KnowsCommandsOptionsAndValues) {
  const auto script = bash_completion(manual());
  EXPECT_THAT(script, HasSubstr("complete -F _a_tool a-tool\n"));
  EXPECT_THAT(script,
              HasSubstr("--level) mapfile -t COMPREPLY < <(compgen -W \"high low\" -- \"$current\"); return ;;"));
  EXPECT_THAT(script, HasSubstr("--file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f"));
  EXPECT_THAT(script, HasSubstr("\"peer list\"|\"peers\") options+=\" --all\" ;;"));
  EXPECT_THAT(script, HasSubstr("\"peer\") words=\"list\" ;;"));
}

}  // namespace
}  // namespace suara::shell
