#include "common/shell/metrics.hpp"
#include "common/shell/process_metrics.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace suara::shell {
namespace {

using namespace std::chrono_literals;
using testing::ContainsRegex;
using testing::HasSubstr;

TEST(Metrics, CountersAndGauges) {
  MetricsText text;
  text.counters("a_rejects_total", "Refused.");
  text.value({{"reason", "total"}, {"side", "in"}}, 3U);
  text.value({{"reason", "address"}, {"side", "in"}}, std::uint64_t{18446744073709551615U});
  text.gauge("a_ratio", "A part.", 0.1);
  text.gauge("a_limit", "The most.", 1e9);
  EXPECT_EQ(text.text(),
            "# HELP a_rejects_total Refused.\n"
            "# TYPE a_rejects_total counter\n"
            "a_rejects_total{reason=\"total\",side=\"in\"} 3\n"
            "a_rejects_total{reason=\"address\",side=\"in\"} 18446744073709551615\n"
            "# HELP a_ratio A part.\n"
            "# TYPE a_ratio gauge\n"
            "a_ratio 0.1\n"
            "# HELP a_limit The most.\n"
            "# TYPE a_limit gauge\n"
            "a_limit 1000000000\n");
}

TEST(Metrics, HistogramBucketsAddUp) {
  DurationHistogram histogram;
  histogram.observe(-1ms);
  histogram.observe(100us);
  histogram.observe(100us + 1ns);
  histogram.observe(3ms);
  histogram.observe(1h);
  MetricsText text;
  text.histograms("a_seconds", "Took.");
  text.value({{"type", "x"}}, histogram);
  EXPECT_THAT(text.text(), HasSubstr("a_seconds_bucket{type=\"x\",le=\"0.0001\"} 2\n"
                                     "a_seconds_bucket{type=\"x\",le=\"0.00025\"} 3\n"));
  EXPECT_THAT(text.text(), HasSubstr("a_seconds_bucket{type=\"x\",le=\"0.0025\"} 3\n"
                                     "a_seconds_bucket{type=\"x\",le=\"0.005\"} 4\n"));
  EXPECT_THAT(text.text(), HasSubstr("a_seconds_bucket{type=\"x\",le=\"10\"} 4\n"
                                     "a_seconds_bucket{type=\"x\",le=\"+Inf\"} 5\n"
                                     "a_seconds_sum{type=\"x\"} 3600.003200001\n"
                                     "a_seconds_count{type=\"x\"} 5\n"));
}

TEST(Metrics, EscapesWhatTheFormatReserves) {
  MetricsText text;
  text.gauges("a", "two\nlines \\ \"quoted\"");
  text.value({{"b", "two\nlines \\ \"quoted\""}}, 1);
  EXPECT_EQ(text.text(),
            "# HELP a two\\nlines \\\\ \"quoted\"\n"
            "# TYPE a gauge\n"
            "a{b=\"two\\nlines \\\\ \\\"quoted\\\"\"} 1\n");
}

TEST(Metrics, NumbersThatAreNone) {
  MetricsText text;
  text.gauge("a", "", std::numeric_limits<double>::infinity());
  text.gauge("b", "", -std::numeric_limits<double>::infinity());
  text.gauge("c", "", std::nan(""));
  EXPECT_THAT(text.text(), HasSubstr("\na +Inf\n"));
  EXPECT_THAT(text.text(), HasSubstr("\nb -Inf\n"));
  EXPECT_THAT(text.text(), HasSubstr("\nc NaN\n"));
}

TEST(MetricsDeathTest, MistakesOfOurOwnEndTheProcess) {
  MetricsText text;
  EXPECT_DEATH(text.counters("a", ""), "_total");
  EXPECT_DEATH(text.gauges("a-b", ""), "is_name");
  EXPECT_DEATH(text.gauges("0", ""), "is_name");
  text.gauge("a", "", 1);
  EXPECT_DEATH(text.gauges("a", ""), "names_");
  EXPECT_DEATH(text.value({}, 1), "series_");
  EXPECT_DEATH(text.value({}, DurationHistogram()), "histogram");
}

TEST(ProcessMetrics, AreThere) {
  MetricsText text;
  write_process_metrics(text);
  for (const std::string name : {"process_cpu_seconds_total", "process_start_time_seconds", "process_open_fds",
                                 "process_max_fds", "process_resident_memory_bytes", "process_virtual_memory_bytes"}) {
    EXPECT_THAT(text.text(), HasSubstr("\n" + name + " ")) << name;
  }
  EXPECT_THAT(text.text(), ContainsRegex("\nprocess_start_time_seconds [1-9][0-9]{9}[.\n]"));
}

}  // namespace
}  // namespace suara::shell
