// Writes metrics in Prometheus's text exposition format 0.0.4. Values stay where they are counted, as plain numbers on
// the reactor's thread; a scrape reads them and writes one text.
//
// Names are full, so that what a dashboard shows is found in the sources; units are base units (seconds, bytes). Labels
// come from closed sets: an enum, an error's name. Never a peer, an address or a network.
#pragma once

#include "common/util/duration_histogram.hpp"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace suara::shell {

class MetricsText {
 public:
  using Label = std::pair<std::string_view, std::string_view>;
  using Labels = std::initializer_list<Label>;

  /// Each begins a family; the values that follow are its samples, each with labels of their own. A name that is
  /// malformed or used twice, a counter not called _total, or labels used twice are bugs of ours: CHECK.
  void counters(std::string_view name, std::string_view help);
  void gauges(std::string_view name, std::string_view help);
  void histograms(std::string_view name, std::string_view help);

  void value(Labels labels, double number);
  template <std::integral Integer>
  void value(Labels labels, Integer number) {
    sample("", labels, std::to_string(number));
  }
  /// In seconds.
  void value(Labels labels, const DurationHistogram& histogram);

  // A family with one sample without labels.
  template <class Number>
  void counter(std::string_view name, std::string_view help, Number number) {
    counters(name, help);
    value({}, number);
  }
  template <class Number>
  void gauge(std::string_view name, std::string_view help, Number number) {
    gauges(name, help);
    value({}, number);
  }
  void histogram(std::string_view name, std::string_view help, const DurationHistogram& histogram) {
    histograms(name, help);
    value({}, histogram);
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  void begin(std::string_view name, std::string_view help, std::string_view type);
  void sample(std::string_view suffix, Labels labels, std::string_view number, std::string_view bound = {});

  std::string text_;
  std::string name_;  // of the family begun last
  std::string type_;
  std::set<std::string, std::less<>> names_;
  std::set<std::string, std::less<>> series_;  // of the family begun last
};

}  // namespace suara::shell
