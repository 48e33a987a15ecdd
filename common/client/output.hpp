// Results go to stdout: tables for people, JSON for scripts. Messages go to stderr.
#pragma once

#include "common/util/report.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace suara::client {

void print(std::string_view text);
/// One line, compact.
void print_json(const boost::json::value& value);
/// One message to stderr, a line of its own; not when it is less severe than --log-level.
void say(std::string_view message, Severity severity = Severity::kInfo);
/// --log-level and --log-format: before it is called, messages from kInfo up are plain text.
void set_up_messages(Severity least, bool json);
/// False when stdout has failed at any time.
bool flush_output();

[[nodiscard]] bool stderr_is_terminal();

/// What comes from outside, fit for a terminal: control characters become '?'.
std::string printable(std::string_view text);
/// "2026-11-21 01:05:09 UTC"
std::string utc_text(std::uint64_t unix_ms);
/// "45 s", "12 min", "3 h 20 min", "2 d 4 h"
std::string duration_text(std::uint64_t ms);

enum class Colour { kNone, kGood, kDoubtful, kBad };

/// Aligned columns. On a terminal, unless NO_COLOR is set, the heading is bold and states have a colour.
class Table {
 public:
  struct Column {
    std::string heading;
    bool right = false;                            ///< numbers
    Colour (*colour)(std::string_view) = nullptr;  ///< of a cell, by its text
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// As many cells as columns.
  void add(std::vector<std::string> cells);
  /// Prints and forgets what has been added, so that a long table can be printed in parts; the first has the heading.
  void print();
  [[nodiscard]] bool empty() const { return rows_.empty(); }

 private:
  [[nodiscard]] std::string line(const std::vector<std::string>& cells, bool coloured) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> widths_;  // empty before the first part
};

}  // namespace suara::client
