#include "common/shell/metrics.hpp"

#include "common/util/check.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace suara::shell {
namespace {

bool is_name(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && !(text.front() >= '0' && text.front() <= '9') && std::all_of(text.begin(), text.end(), fits);
}

std::string text_of(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
  constexpr double kWholeAndExact = 9e15;
  if (number == std::floor(number) && std::abs(number) < kWholeAndExact) {
    return std::to_string(static_cast<std::int64_t>(number));
  }
  const bool readable = std::abs(number) > 1e-9 && std::abs(number) < kWholeAndExact;
  const auto format = readable ? std::chars_format::fixed : std::chars_format::scientific;
  std::array<char, 64> buffer{};
  const auto [end, failure] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format);
  CHECK(failure == std::errc{});
  return {buffer.data(), end};
}

void append_escaped(std::string& text, std::string_view value, bool quotes) {
  for (const char c : value) {
    if (c == '\\') {
      text += "\\\\";
    } else if (c == '\n') {
      text += "\\n";
    } else if (c == '"' && quotes) {
      text += "\\\"";
    } else {
      text += c;
    }
  }
}

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

void MetricsText::counters(std::string_view name, std::string_view help) {
  CHECK(name.ends_with("_total"));
  begin(name, help, "counter");
}

void MetricsText::gauges(std::string_view name, std::string_view help) { begin(name, help, "gauge"); }

void MetricsText::histograms(std::string_view name, std::string_view help) { begin(name, help, "histogram"); }

void MetricsText::begin(std::string_view name, std::string_view help, std::string_view type) {
  CHECK(is_name(name));
  CHECK(names_.emplace(name).second);
  name_ = name;
  type_ = type;
  series_.clear();
  text_.append("# HELP ").append(name).append(" ");
  append_escaped(text_, help, false);
  text_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void MetricsText::value(Labels labels, double number) { sample("", labels, text_of(number)); }

void MetricsText::value(Labels labels, const DurationHistogram& histogram) {
  CHECK(type_ == "histogram");
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
    const bool last = i == DurationHistogram::kBounds.size();
    count += histogram.counts()[i];
    sample("_bucket", labels, std::to_string(count), last ? "+Inf" : text_of(seconds(DurationHistogram::kBounds[i])));
  }
  sample("_sum", labels, text_of(seconds(histogram.sum())));
  sample("_count", labels, std::to_string(count));
}

void MetricsText::sample(std::string_view suffix, Labels labels, std::string_view number, std::string_view bound) {
  CHECK(!name_.empty() && (type_ == "histogram") == !suffix.empty());
  std::string series = name_;
  series += suffix;
  char before = '{';
  const auto add = [&](std::string_view name, std::string_view value) {
    CHECK(is_name(name));
    series += before;
    series.append(name).append("=\"");
    append_escaped(series, value, true);
    series += '"';
    before = ',';
  };
  for (const auto& [name, value] : labels) add(name, value);
  if (!bound.empty()) add("le", bound);
  if (before == ',') series += '}';
  text_.append(series).append(" ").append(number).append("\n");
  CHECK(series_.insert(std::move(series)).second);
}

}  // namespace suara::shell
