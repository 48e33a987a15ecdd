#include "common/shell/data_folder.hpp"
#include "common/shell/key_file.hpp"
#include "common/shell/start_up.hpp"
#include "common/shell/system_rng.hpp"
#include "tests/shell/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <set>

namespace suara::shell {
namespace {

unsigned mode_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) throw std::runtime_error("no " + path);
  return status.st_mode & 07777U;
}

TEST(KeyFile, MakesAKeyThatOnlyTheOwnerReads) {
  const TemporaryFolder folder;
  const std::string path = folder / "keys/node.pem";
  const auto made = make_key_file(path);
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(mode_of(folder / "keys"), 0700U);
  const auto read = read_key_file(path);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->public_key(), made->public_key());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "keys"), {}), 1);
}

TEST(KeyFile, RefusesLooseModesAndSaysTheRemedy) {
  const TemporaryFolder folder;
  const std::string path = folder / "node.pem";
  ASSERT_TRUE(make_key_file(path));
  for (const mode_t loose : {0640U, 0604U, 0620U}) {
    ASSERT_EQ(::chmod(path.c_str(), loose), 0);
    const auto key = read_key_file(path);
    ASSERT_FALSE(key);
    EXPECT_TRUE(key.error() == KeyFileError::kTooOpen);
    EXPECT_THAT(key.error().message(), testing::HasSubstr("chmod 600 " + path));
    EXPECT_EQ(exit_code_for(key.error()), ExitCode::kConfiguration);
  }
}

TEST(KeyFile, NeverReplacesAKey) {
  const TemporaryFolder folder;
  const std::string path = folder / "node.pem";
  const auto first = make_key_file(path);
  const auto second = make_key_file(path);
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error() == KeyFileError::kExists);
  EXPECT_EQ(read_or_make_key_file(path).value().public_key(), first.value().public_key());
}

TEST(KeyFile, TellsWhatIsNoKey) {
  const TemporaryFolder folder;
  EXPECT_TRUE(read_key_file(folder / "absent.pem").error() == KeyFileError::kMissing);
  EXPECT_TRUE(read_key_file(folder.path()).error() == KeyFileError::kNotAKey);
  std::ofstream(folder / "text.pem") << "hello\n";
  ASSERT_EQ(::chmod((folder / "text.pem").c_str(), 0600), 0);
  EXPECT_TRUE(read_key_file(folder / "text.pem").error() == KeyFileError::kNotAKey);
}

TEST(DataFolder, MakesItWithItsParents) {
  const TemporaryFolder folder;
  const auto made = prepare_data_folder(folder / "a/b/c");
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(mode_of(folder / "a/b/c"), 0700U);
  EXPECT_TRUE(prepare_data_folder(folder / "a/b/c"));
}

TEST(DataFolder, RefusesAFileInItsPlace) {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "x";
  EXPECT_TRUE(prepare_data_folder(folder / "file").error() == FolderError::kNotAFolder);
  const auto below = prepare_data_folder(folder / "file/below");
  ASSERT_FALSE(below);
  EXPECT_TRUE(below.error() == FolderError::kNotAFolder);
  EXPECT_EQ(exit_code_for(below.error()), ExitCode::kConfiguration);
}

TEST(SystemRng, DoesNotRepeat) {
  SystemRng rng;
  std::set<std::uint64_t> values;
  for (int i = 0; i < 1000; ++i) values.insert(rng.next());
  EXPECT_EQ(values.size(), 1000U);
}

}  // namespace
}  // namespace suara::shell
