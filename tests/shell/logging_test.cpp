#include "common/shell/logging.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace suara::shell {
namespace {

TEST(Logging, PrintableKeepsTextAndEscapesTheRest) {
  EXPECT_EQ(printable("plain, \"quoted\", äöü, 票"), "plain, \"quoted\", äöü, 票");
  EXPECT_EQ(printable("a\nb\tc\rd"), "a\\nb\\tc\\x0dd");
  EXPECT_EQ(printable("\x1b[31mred\x7f"), "\\x1b[31mred\\x7f");
  EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");           // overlong '/'
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");           // a control character of its own
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
}

TEST(Logging, NobodyForgesALine) {
  testing::internal::CaptureStderr();
  set_up_logging(Severity::kInfo, LogFormat::kText);
  log(Severity::kWarning, "bad request: x\n2026-01-01T00:00:00.000Z error   forged");
  log(Severity::kDebug, "not shown");
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_THAT(text, testing::HasSubstr("warning bad request: x\\n2026"));
}

TEST(Logging, JsonLinesParse) {
  testing::internal::CaptureStderr();
  set_up_logging(Severity::kDebug, LogFormat::kJson);
  log(Severity::kInfo, "said \"hi\"\n\xff {}%");
  log(Severity::kDebug, "shown");
  const std::string text = testing::internal::GetCapturedStderr();
  set_up_logging(Severity::kInfo, LogFormat::kText);
  const auto line = boost::json::parse(text.substr(0, text.find('\n'))).as_object();
  EXPECT_EQ(line.at("message").as_string(), "said \"hi\"\\n\\xff {}%");
  EXPECT_EQ(line.at("level").as_string(), "info");
  EXPECT_THAT(text, testing::HasSubstr("\"shown\""));
}

}  // namespace
}  // namespace suara::shell
