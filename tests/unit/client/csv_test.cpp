#include "common/client/csv.hpp"

#include "common/client/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace suara::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Csv : public ::testing::Test {
 protected:
  std::vector<CsvRow> read(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    return read_csv(path_, {"who", "what"}, problems_);
  }
  std::string complaint() const {
    try {
      problems_.throw_if_any();
    } catch (const Failure& failure) {
      return failure.what();
    }
    return "none";
  }
  void TearDown() override { std::remove(path_.c_str()); }

  std::string path_ = ::testing::TempDir() + "suara_csv_test_" +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".csv";
  CsvProblems problems_{path_};
};

TEST_F(Csv, TakesColumnsInTheOrderAskedFor) {
  const auto rows = read("what,other,who\nA,x,ann\nB,y,ben\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0].cells, ElementsAre("ann", "A"));
  EXPECT_EQ(rows[1].line, 3U);
}

TEST_F(Csv, ReadsWhatSpreadsheetsWrite) {
  const auto rows = read("\xef\xbb\xbfwho,what\r\n\"Jr., Ann\",\"say \"\"A\"\"\"\r\n\r\nben,\"two\nlines\"\r\ncay,C");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[0].cells, ElementsAre("Jr., Ann", "say \"A\""));
  EXPECT_THAT(rows[1].cells, ElementsAre("ben", "two\nlines"));
  EXPECT_EQ(rows[1].line, 4U);
  EXPECT_EQ(rows[2].line, 6U);
}

TEST_F(Csv, KeepsEmptyCells) {
  const auto rows = read("who,what\n,\nann,\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0].cells, ElementsAre("", ""));
  EXPECT_THAT(rows[1].cells, ElementsAre("ann", ""));
}

TEST_F(Csv, NamesLinesWithOtherNumbersOfCells) {
  EXPECT_EQ(read("who,what\nann\nben,B\ncay,C,D\n").size(), 1U);
  EXPECT_THAT(complaint(), HasSubstr("line 2: 1 cells instead of 2"));
  EXPECT_THAT(complaint(), HasSubstr("line 4: 3 cells instead of 2"));
}

TEST_F(Csv, RefusesAHeadingWithoutTheColumns) {
  EXPECT_THROW(read("voter,choice\nann,A\n"), Failure);
  EXPECT_THROW(read(""), Failure);
  EXPECT_THROW(read("who,what\n"), Failure);
}

TEST_F(Csv, ListsTheFirstProblemsAndCountsTheRest) {
  for (std::size_t line = 1; line <= CsvProblems::kMaxListed + 5; ++line) problems_.add(line, "wrong");
  EXPECT_THAT(complaint(), HasSubstr("line 20: wrong"));
  EXPECT_THAT(complaint(), ::testing::Not(HasSubstr("line 21")));
  EXPECT_THAT(complaint(), HasSubstr("and 5 more"));
}

}  // namespace
}  // namespace suara::client
