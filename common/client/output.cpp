#include "common/client/output.hpp"

#include "common/shell/logging.hpp"
#include "common/util/check.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace suara::client {
namespace {

bool colours() {
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0');
}

struct Messages {
  Severity least = Severity::kInfo;
  bool json = false;
};

// Set once, before anything is said.
Messages& messages() {
  static Messages instance;
  return instance;
}

std::string_view escape_of(Colour colour) {
  switch (colour) {
    case Colour::kNone: return "";
    case Colour::kGood: return "\033[32m";
    case Colour::kDoubtful: return "\033[33m";
    case Colour::kBad: return "\033[31m";
  }
  CHECK(false);
}

/// Code points, which is near enough to columns for names of people and places.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

}  // namespace

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_json(const boost::json::value& value) { print(boost::json::serialize(value) + "\n"); }

void set_up_messages(Severity least, bool json) {
  messages() = {least, json};
  shell::set_up_logging(least, json ? shell::LogFormat::kJson : shell::LogFormat::kText);
}

void say(std::string_view message, Severity severity) {
  if (severity < messages().least) return;
  std::fflush(stdout);  // so that both streams keep their order on one terminal
  if (messages().json) return shell::log(severity, message);
  auto line = std::string(message);
  if (!line.ends_with('\n')) line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

bool flush_output() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

bool stderr_is_terminal() { return isatty(STDERR_FILENO) != 0; }

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // C1 controls are U+0080 to U+009F: c2 80 to c2 9f.
    const bool c1 = c == 0xc2U && i + 1 < text.size() && (static_cast<unsigned char>(text[i + 1]) & 0xe0U) == 0x80U;
    if (c1) ++i;
    if (c1 || c < 0x20 || c == 0x7f) {
      out += '?';
    } else {
      out += static_cast<char>(c);
    }
  }
  return out;
}

std::string utc_text(std::uint64_t unix_ms) {
  const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return std::to_string(unix_ms) + " ms";
  std::array<char, 64> text{};
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
  return {text.data(), size};
}

std::string duration_text(std::uint64_t ms) {
  const auto s = ms / 1000;
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min", s / 60);
  if (s < 86'400) return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
  return fmt::format("{} d {} h", s / 86'400, s / 3600 % 24);
}

void Table::add(std::vector<std::string> cells) {
  CHECK(cells.size() == columns_.size());
  for (auto& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::line(const std::vector<std::string>& cells, bool coloured) const {
  std::string text;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string padding(widths_[i] - width(cells[i]), ' ');
    const auto colour =
        coloured && columns_[i].colour != nullptr ? escape_of(columns_[i].colour(cells[i])) : std::string_view();
    const auto cell = colour.empty() ? cells[i] : fmt::format("{}{}\033[0m", colour, cells[i]);
    text += (i == 0 ? "" : "  ") + (columns_[i].right ? padding + cell : cell + padding);
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

void Table::print() {
  const bool first = widths_.empty();
  if (first) {
    for (const auto& column : columns_) widths_.push_back(width(column.heading));
  }
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths_[i] = std::max(widths_[i], width(row[i]));
  const bool coloured = colours();
  if (first) {
    std::vector<std::string> headings;
    for (const auto& column : columns_) headings.push_back(column.heading);
    const auto heading = line(headings, false);
    client::print(coloured ? "\033[1m" + heading + "\033[0m\n" : heading + "\n");
  }
  for (const auto& row : rows_) client::print(line(row, coloured) + "\n");
  rows_.clear();
}

}  // namespace suara::client
