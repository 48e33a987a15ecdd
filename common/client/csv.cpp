#include "common/client/csv.hpp"

#include "common/client/failure.hpp"
#include "common/client/files.hpp"
#include "common/client/output.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace suara::client {
namespace {

/// Cuts text into rows of cells. A quoted cell may hold commas, doubled quotes and line ends.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);  // what spreadsheets put first
  }

  /// nullopt at the end.
  std::optional<CsvRow> next() {
    while (!rest_.empty() && (rest_.front() == '\n' || rest_.front() == '\r')) take();
    if (rest_.empty()) return std::nullopt;
    CsvRow row{line_, {}};
    bool more = true;
    while (more) {
      row.cells.push_back(cell());
      more = !rest_.empty() && rest_.front() == ',';
      if (more) take();
    }
    return row;
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\n') ++line_;
    return c;
  }

  std::string cell() {
    std::string text;
    if (rest_.empty() || rest_.front() != '"') {
      while (!rest_.empty() && rest_.front() != ',' && rest_.front() != '\n') text += take();
      while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.pop_back();
      text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
      return text;
    }
    take();
    while (!rest_.empty()) {
      const char c = take();
      if (c != '"') {
        text += c;
      } else if (!rest_.empty() && rest_.front() == '"') {
        text += take();
      } else {
        break;
      }
    }
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\r')) take();
    return text;
  }

  std::string_view rest_;
  std::size_t line_ = 1;
};

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

}  // namespace

std::vector<CsvRow> read_csv(const std::string& path, const std::vector<std::string>& columns, CsvProblems& problems) {
  const auto text = read_file(path, kMaxCsvSizeBytes);
  Reader reader(text);
  const auto heading = reader.next();
  std::vector<std::size_t> places;
  for (const auto& column : columns) {
    const auto found = heading ? std::find(heading->cells.begin(), heading->cells.end(), column)
                               : std::vector<std::string>::const_iterator{};
    if (!heading || found == heading->cells.end()) {
      throw usage_error(path + ": the first line must name the columns " + join(columns) +
                        (heading ? "; it is \"" + printable(join(heading->cells)) + "\"" : "; the file is empty"));
    }
    places.push_back(static_cast<std::size_t>(found - heading->cells.begin()));
  }
  std::vector<CsvRow> rows;
  while (auto row = reader.next()) {
    if (row->cells.size() != heading->cells.size()) {
      problems.add(row->line,
                   std::to_string(row->cells.size()) + " cells instead of " + std::to_string(heading->cells.size()));
      continue;
    }
    CsvRow picked{row->line, {}};
    for (const auto place : places) picked.cells.push_back(row->cells[place]);
    rows.push_back(std::move(picked));
  }
  if (rows.empty() && problems.empty()) throw usage_error(path + ": there is nothing below the heading");
  return rows;
}

void CsvProblems::add(std::size_t line, const std::string& what) {
  if (listed_.size() < kMaxListed) listed_.push_back("\n  line " + std::to_string(line) + ": " + printable(what));
  ++count_;
}

void CsvProblems::throw_if_any() const {
  if (count_ == 0) return;
  auto text = path_ + ": nothing was sent, because";
  for (const auto& problem : listed_) text += problem;
  if (count_ > listed_.size()) text += "\n  and " + std::to_string(count_ - listed_.size()) + " more";
  throw Failure(Exit::kUsage, "bad_file", text);
}

}  // namespace suara::client
