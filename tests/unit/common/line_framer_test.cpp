#include "common/wire/line_framer.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace suara::wire {
namespace {

using Lines = std::vector<std::string>;
using testing::ElementsAre;

// Everything that comes out for these reads; a framing error ends the list with its name in brackets.
Lines frame(LineFramer::Mode mode, const std::vector<std::string>& reads, std::size_t limit = 64) {
  LineFramer framer(mode, limit);
  Lines lines;
  for (const std::string& read : reads) {
    framer.feed(read);
    while (true) {
      const auto next = framer.next();
      if (!next) {
        lines.push_back("[" + std::string(next.error().name()) + "]");
        return lines;
      }
      if (!*next) break;
      lines.emplace_back(**next);
    }
  }
  return lines;
}

// One read, one byte a read, and every split in two must frame alike.
void expect_lines(LineFramer::Mode mode, const std::string& bytes, const Lines& expected, std::size_t limit = 64) {
  std::vector<std::string> single;
  for (const char c : bytes) single.emplace_back(1, c);
  EXPECT_EQ(frame(mode, single, limit), expected) << "byte by byte: " << bytes;
  for (std::size_t split = 0; split <= bytes.size(); ++split) {
    EXPECT_EQ(frame(mode, {bytes.substr(0, split), bytes.substr(split)}, limit), expected)
        << "split at " << split << ": " << bytes;
  }
}

TEST(LineFramer, CutsAtNewlines) {
  expect_lines(LineFramer::Mode::kLine, "one\ntwo\r\n\n\r\nthree\nrest", {"one", "two", "three"});
}

TEST(LineFramer, LeavesObjectsToTheirNewlineInLineMode) {
  expect_lines(LineFramer::Mode::kLine,
               R"({"a":1}{"b":2})"
               "\n",
               {R"({"a":1}{"b":2})"});
}

TEST(LineFramer, CutsWhereTheObjectCloses) {
  expect_lines(LineFramer::Mode::kLineOrObject,
               R"({"a":{"b":[{}]}}{"c":2} )"
               "\r\n"
               R"(  {"d":3})",
               {R"({"a":{"b":[{}]}})", R"({"c":2})", R"({"d":3})"});
}

TEST(LineFramer, BracesInsideStringsCloseNothing) {
  expect_lines(LineFramer::Mode::kLineOrObject, R"({"a":"}\"}\\"}{"b":"{"})", {R"({"a":"}\"}\\"})", R"({"b":"{"})"});
}

TEST(LineFramer, NewlineEndsBrokenObjectsSoThatTheNextIsUnderstood) {
  expect_lines(LineFramer::Mode::kLineOrObject, "{\"a\":\"{\n{\"b\":1}", {R"({"a":"{)", R"({"b":1})"});
}

TEST(LineFramer, TextThatIsNoObjectEndsAtItsNewline) {
  expect_lines(LineFramer::Mode::kLineOrObject, "GET / {} HTTP/1.1\n}\n[{}]\n", {"GET / {} HTTP/1.1", "}", "[{}]"});
}

TEST(LineFramer, AcceptsALineOfExactlyTheLimit) {
  expect_lines(LineFramer::Mode::kLine, "12345678\nx\n", {"12345678", "x"}, 8);
  expect_lines(LineFramer::Mode::kLineOrObject,
               R"({"a":12})"
               "\n",
               {R"({"a":12})"}, 8);
}

TEST(LineFramer, RefusesALongerLineForGood) {
  expect_lines(LineFramer::Mode::kLine, "ok\n123456789\nok\n", {"ok", "[line_too_long]"}, 8);
  expect_lines(LineFramer::Mode::kLine, "12345678\r\n", {"[line_too_long]"}, 8);
  expect_lines(LineFramer::Mode::kLineOrObject, R"({"a":123})", {"[line_too_long]"}, 8);

  LineFramer framer(LineFramer::Mode::kLine, 4);
  framer.feed("12345");
  ASSERT_FALSE(framer.next());
  framer.feed("\nok\n");
  ASSERT_FALSE(framer.next());
  EXPECT_EQ(framer.buffered_bytes(), 0U);
}

TEST(LineFramer, HoldsNoMoreThanTheUnfinishedLine) {
  LineFramer framer(LineFramer::Mode::kLine, 16);
  for (int i = 0; i < 1000; ++i) {
    framer.feed("0123456789\n012");
    while (*framer.next()) {
    }
    EXPECT_EQ(framer.buffered_bytes(), 3U);
    framer.feed("\n");
    EXPECT_THAT(**framer.next(), testing::StrEq("012"));
  }
}

TEST(LineFramer, KeepsNothingOfALongLineOnceItIsTaken) {
  LineFramer framer(LineFramer::Mode::kLine, 64 * 1024);
  const std::string line(60'000, 'x');
  framer.feed(line + "\n");
  EXPECT_EQ(**framer.next(), line);
  EXPECT_FALSE(framer.next()->has_value());
  EXPECT_EQ(framer.buffered_bytes(), 0U);
  EXPECT_LE(framer.allocated_bytes(), 1024U);
  framer.feed("next\n");
  EXPECT_EQ(**framer.next(), "next");
}

TEST(LineFramer, CanGoOverToNewlinesAlone) {
  LineFramer framer(LineFramer::Mode::kLineOrObject, 64);
  framer.feed("{}{\"a\"");
  EXPECT_EQ(**framer.next(), "{}");
  EXPECT_FALSE(framer.next()->has_value());
  framer.only_newlines();
  framer.feed(":1}");
  EXPECT_FALSE(framer.next()->has_value());
  framer.feed("{}\n\n{}\n");
  EXPECT_EQ(**framer.next(), "{\"a\":1}{}");
  EXPECT_EQ(**framer.next(), "{}");
}

TEST(LineFramer, ALimitMayGrowBetweenLines) {
  LineFramer framer(LineFramer::Mode::kLine, 4);
  framer.feed("hi\n");
  EXPECT_EQ(**framer.next(), "hi");
  framer.set_max_line_size(8);
  framer.feed("12345678\n");
  EXPECT_EQ(**framer.next(), "12345678");
}

}  // namespace
}  // namespace suara::wire
