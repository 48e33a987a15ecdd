#include "peer-node/shell/console_keys.hpp"

#include "tests/shell/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <set>

namespace suara::node_shell {
namespace {

TEST(ConsoleKeys, GiveAVoterTheSameKeyEveryTime) {
  const shell::TemporaryFolder folder;
  const std::string keys = folder.path() + "/console-keys";
  const auto alice = ConsoleKeys(keys).key_of("alice");
  ASSERT_TRUE(alice) << alice.error().message();
  EXPECT_EQ(ConsoleKeys(keys).key_of("alice")->public_key(), alice->public_key());
  EXPECT_NE(ConsoleKeys(keys).key_of("bob")->public_key(), alice->public_key());
}

TEST(ConsoleKeys, NamesNeitherLeaveTheFolderNorShareAFile) {
  const std::string names[] = {"a",
                               "A",
                               "../a",
                               "/etc/passwd",
                               "..",
                               "a/b",
                               std::string(64, 'x'),
                               std::string(65, 'x'),
                               std::string(5'000, 'x'),
                               std::string("a\0b", 3)};
  std::set<std::string> files;
  for (const std::string& name : names) {
    const std::string file = ConsoleKeys::file_name(name);
    EXPECT_EQ(file.find('/'), std::string::npos) << name;
    EXPECT_NE(file.front(), '.') << name;
    EXPECT_LE(file.size(), 255U) << name;
    EXPECT_TRUE(files.insert(file).second) << name;
  }
}

}  // namespace
}  // namespace suara::node_shell
