#include "peer-node/ledger/text.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace suara::ledger {
namespace {

using namespace std::literals;

TEST(Text, AcceptsEveryLanguage) {
  for (const std::string_view text : {"Alice"sv, "Bjørn"sv, "Željko"sv, "ภูมิพล"sv, "李"sv, "\U0001F5F3"sv}) {
    EXPECT_TRUE(is_one_line_text(text)) << text;
  }
}

// The malformed sequences of the Unicode standard, section 3.9.
TEST(Text, RefusesMalformedUtf8) {
  for (const std::string_view text :
       {"\x80"sv, "a\xff"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xe0\x80\x80"sv, "\xe0\x9f\xbf"sv, "\xed\xa0\x80"sv,
        "\xed\xbf\xbf"sv, "\xf0\x80\x80\x80"sv, "\xf0\x8f\xbf\xbf"sv, "\xf4\x90\x80\x80"sv, "\xf8\x88\x80\x80\x80"sv,
        "\xc3"sv, "\xe2\x82"sv, "\xf0\x9f\x97"sv, "\xc3("sv}) {
    EXPECT_FALSE(is_one_line_text(text));
    EXPECT_FALSE(is_text(text));
  }
}

TEST(Text, AcceptsTheEdgesOfEachLength) {
  for (const std::string_view text : {"\x7e"sv, "\xc2\xa0"sv, "\xdf\xbf"sv, "\xe0\xa0\x80"sv, "\xed\x9f\xbf"sv,
                                      "\xee\x80\x80"sv, "\xef\xbf\xbf"sv, "\xf0\x90\x80\x80"sv, "\xf4\x8f\xbf\xbf"sv}) {
    EXPECT_TRUE(is_one_line_text(text));
  }
}

TEST(Text, ControlCharactersAreRefused) {
  for (const std::string_view text : {"\0"sv, "a\rb"sv, "\x1b[2J"sv, "\x7f"sv, "\xc2\x80"sv, "\xc2\x9f"sv}) {
    EXPECT_FALSE(is_one_line_text(text));
    EXPECT_FALSE(is_text(text));
  }
}

TEST(Text, RecordsMayHaveSeveralLines) {
  EXPECT_TRUE(is_text("one\n\ttwo"));
  EXPECT_FALSE(is_one_line_text("one\ntwo"));
  EXPECT_FALSE(is_one_line_text("one\ttwo"));
}

TEST(Text, EmptyIsNoText) {
  EXPECT_FALSE(is_one_line_text(""));
  EXPECT_FALSE(is_text(""));
}

}  // namespace
}  // namespace suara::ledger
