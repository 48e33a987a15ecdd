// Results go to stdout: tables for people, JSON for scripts. Messages go to stderr.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace suara::client {

void print(std::string_view text);
/// One line, compact.
void print_json(const boost::json::value& value);
/// One message, with its newline, to stderr.
void say(std::string_view message);
/// False when stdout has failed at any time.
bool flush_output();

[[nodiscard]] bool stderr_is_terminal();

/// What comes from outside, fit for a terminal: control characters become '?'.
std::string printable(std::string_view text);
/// "2026-11-21 01:05:09 UTC"
std::string utc_text(std::uint64_t unix_ms);
/// "45 s", "12 min", "3 h 20 min", "2 d 4 h"
std::string duration_text(std::uint64_t ms);

/// Aligned columns; the heading is bold on a terminal unless NO_COLOR is set.
class Table {
 public:
  struct Column {
    std::string heading;
    bool right = false;  ///< numbers
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// As many cells as columns.
  void add(std::vector<std::string> cells);
  void print() const;
  [[nodiscard]] bool empty() const { return rows_.empty(); }

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace suara::client
