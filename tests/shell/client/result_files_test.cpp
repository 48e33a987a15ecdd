// Files that clients write and read as they go: whole or not at all, and never more of them in memory than a line.
#include "common/client/failure.hpp"
#include "common/client/line_file.hpp"
#include "common/client/output_file.hpp"
#include "tests/shell/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace suara::client {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class ResultFiles : public ::testing::Test {
 protected:
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ / name; }

  shell::TemporaryFolder folder_;
};

TEST_F(ResultFiles, AppearWholeOrNotAtAll) {
  std::ofstream(file("out")) << "before";
  {
    OutputFile out(file("out"));
    out.write("half");
    EXPECT_EQ(content(file("out")), "before");
  }
  EXPECT_EQ(content(file("out")), "before");
  EXPECT_FALSE(std::filesystem::exists(file("out.part")));
  OutputFile out(file("out"));
  out.write("whole\n");
  out.commit();
  EXPECT_EQ(content(file("out")), "whole\n");
  EXPECT_FALSE(std::filesystem::exists(file("out.part")));
}

TEST_F(ResultFiles, ThatCannotBeMadeSaySo) {
  EXPECT_THROW(OutputFile(file("nowhere/out")), Failure);
  EXPECT_THROW(OutputFile(folder_.path()), Failure);
  EXPECT_THROW(LineFile(file("nothing"), 10), Failure);
  EXPECT_THROW(LineFile(folder_.path(), 10), Failure);
}

TEST_F(ResultFiles, AreReadLineByLine) {
  std::ofstream(file("in")) << "one\n\nthree\nfour";
  LineFile in(file("in"), 10);
  for (const char* line : {"one", "", "three", "four"}) EXPECT_EQ(in.next(), line);
  EXPECT_EQ(in.next(), std::nullopt);
  EXPECT_EQ(in.read_bytes(), in.size_bytes());
}

TEST_F(ResultFiles, LinesThatAreTooLongAreCutWhereThatCanBeSeen) {
  std::ofstream(file("in")) << "0123456789\n01234567890123456789\n";
  LineFile in(file("in"), 10);
  EXPECT_EQ(in.next(), "0123456789");
  EXPECT_EQ(in.next()->size(), 11U);
}

}  // namespace
}  // namespace suara::client
