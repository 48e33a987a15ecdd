#include "common/client/output.hpp"

#include <gtest/gtest.h>

namespace suara::client {
namespace {

TEST(Output, TakesControlCharactersOutOfForeignText) {
  EXPECT_EQ(printable("a\033[31mb\nc\x7f"), "a?[31mb?c?");
  EXPECT_EQ(printable("\xc2\x9b"
                      "1m"),
            "?1m");  // U+009B is an escape sequence's beginning too
  EXPECT_EQ(printable("Zoë Ünal 小林"), "Zoë Ünal 小林");
}

TEST(Output, AlignsColumnsByCharactersNotBytes) {
  Table table({{"name"}, {"votes", true}});
  table.add({"Zoë", "1"});
  table.add({"Alexander", "1234"});
  ::testing::internal::CaptureStdout();
  table.print();
  flush_output();
  EXPECT_EQ(::testing::internal::GetCapturedStdout(),
            "name       votes\n"
            "Zoë            1\n"
            "Alexander   1234\n");
}

TEST(Output, PrintsALongTableInPartsUnderOneHeading) {
  Table table({{"name"}, {"n"}});
  ::testing::internal::CaptureStdout();
  table.add({"ann", "1"});
  table.print();
  table.add({"alexander", "2"});
  table.print();
  flush_output();
  EXPECT_EQ(::testing::internal::GetCapturedStdout(),
            "name  n\n"
            "ann   1\n"
            "alexander  2\n");
}

TEST(Output, SaysTimesAndDurations) {
  EXPECT_EQ(utc_text(1'764'000'000'000), "2025-11-24 16:00:00 UTC");
  EXPECT_EQ(duration_text(59'999), "59 s");
  EXPECT_EQ(duration_text(3'600'000), "1 h 0 min");
  EXPECT_EQ(duration_text(90'000'000), "1 d 1 h");
}

}  // namespace
}  // namespace suara::client
