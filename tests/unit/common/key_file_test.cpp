#include "common/shell/key_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <filesystem>
#include <fstream>

namespace suara::shell {
namespace {

class KeyFile : public testing::Test {
 protected:
  KeyFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "suara-key-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~KeyFile() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return (folder_ / "node.key").string(); }

  std::filesystem::path folder_;
};

TEST_F(KeyFile, GivesBackTheKeyItWrote) {
  const auto made = make_key_file(path());
  ASSERT_TRUE(made);
  const auto read = read_key_file(path());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->public_key(), made->public_key());
}

TEST_F(KeyFile, IsPrivateToItsOwnerAndAloneInItsFolder) {
  ASSERT_TRUE(make_key_file(path()));
  struct stat status{};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(KeyFile, IsNeverOverwritten) {
  const auto made = make_key_file(path());
  ASSERT_TRUE(made);
  const auto again = make_key_file(path());
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error() == KeyFileError::kExists);
  EXPECT_EQ(read_key_file(path())->public_key(), made->public_key());
}

TEST_F(KeyFile, RefusesAModeThatOthersCouldRead) {
  ASSERT_TRUE(make_key_file(path()));
  for (const mode_t mode : {0640U, 0604U, 0620U, 0666U}) {
    ASSERT_EQ(::chmod(path().c_str(), mode), 0);
    const auto read = read_key_file(path());
    ASSERT_FALSE(read) << std::oct << mode;
    EXPECT_TRUE(read.error() == KeyFileError::kTooOpen);
    EXPECT_NE(read.error().message().find(path()), std::string::npos);
  }
}

TEST_F(KeyFile, SaysWhatAMissingOrForeignFileIs) {
  EXPECT_TRUE(read_key_file(path()).error() == KeyFileError::kMissing);
  std::ofstream(path()) << "not a key";
  ASSERT_EQ(::chmod(path().c_str(), 0600), 0);
  EXPECT_TRUE(read_key_file(path()).error() == KeyFileError::kNotAKey);
  EXPECT_TRUE(read_key_file(folder_.string()).error() == KeyFileError::kNotAKey);
}

TEST_F(KeyFile, GetsItsFolderMadeForItsOwnerAlone) {
  const std::filesystem::path inside = folder_ / "a" / "b" / "c.key";
  ASSERT_TRUE(make_key_file(inside.string()));
  EXPECT_EQ(std::filesystem::status(inside.parent_path()).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(KeyFile, IsMadeOnceAndThenKept) {
  const auto made = read_or_make_key_file(path());
  ASSERT_TRUE(made);
  EXPECT_EQ(read_or_make_key_file(path())->public_key(), made->public_key());
}

}  // namespace
}  // namespace suara::shell
