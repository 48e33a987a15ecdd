#include "vote-client/votes_file.hpp"

#include "common/client/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace suara::voting {
namespace {

using ::testing::HasSubstr;

class Votes : public ::testing::Test {
 protected:
  std::vector<Ballot> read(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    return VotesFile(path_).ballots({"Alice", "Bob"});
  }
  void TearDown() override { std::remove(path_.c_str()); }

  std::string path_ = ::testing::TempDir() + "suara_votes_file_test_" +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".csv";
};

TEST_F(Votes, TurnsNamesIntoIndices) {
  const auto ballots = read("voter_id,candidate_id\nann,Bob\nben,Alice\n");
  ASSERT_EQ(ballots.size(), 2U);
  EXPECT_EQ(ballots[0].voter, "ann");
  EXPECT_EQ(ballots[0].candidate, 1);
  EXPECT_EQ(ballots[1].candidate, 0);
  EXPECT_EQ(ballots[1].line, 3U);
}

TEST_F(Votes, ListsEveryMistakeWithItsLine) {
  try {
    read("voter_id,candidate_id\nann,Bob\nann,Alice\n,Bob\nben,Zoe\ncay,\ndan\n");
    FAIL() << "was taken";
  } catch (const client::Failure& failure) {
    EXPECT_EQ(failure.exit(), client::Exit::kUsage);
    const std::string text = failure.what();
    EXPECT_THAT(text, HasSubstr("line 3: voter \"ann\" has voted in line 2"));
    EXPECT_THAT(text, HasSubstr("line 4: the voter's name is empty"));
    EXPECT_THAT(text, HasSubstr("line 5: the election has no candidate \"Zoe\""));
    EXPECT_THAT(text, HasSubstr("line 6: the candidate's name is empty"));
    EXPECT_THAT(text, HasSubstr("line 7: 1 cells instead of 2"));
  }
}

}  // namespace
}  // namespace suara::voting
