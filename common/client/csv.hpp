// Comma-separated values (RFC 4180) with a heading, read whole before anything is done with them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace suara::client {

/// Larger files are refused: some four million votes.
inline constexpr std::size_t kMaxCsvSizeBytes = 128 * 1024 * 1024;

struct CsvRow {
  std::size_t line = 0;            ///< where the row begins, counted from 1
  std::vector<std::string> cells;  ///< in the order the columns were asked for
};

/// Gathers everything that is wrong with a file, so that it can be put right in one go.
class CsvProblems {
 public:
  explicit CsvProblems(std::string path) : path_(std::move(path)) {}
  void add(std::size_t line, const std::string& what);
  /// Throws Failure kUsage that lists the first kMaxListed with their lines.
  void throw_if_any() const;
  [[nodiscard]] bool empty() const { return count_ == 0; }

  static constexpr std::size_t kMaxListed = 20;

 private:
  std::string path_;
  std::vector<std::string> listed_;
  std::size_t count_ = 0;
};

/// Rows of a file whose heading names these columns, in any order and among others; a heading without them is thrown as
/// a Failure, as is a file that cannot be read. Blank lines are skipped. A row with another number of cells than the
/// heading is left out and added to `problems`.
std::vector<CsvRow> read_csv(const std::string& path, const std::vector<std::string>& columns, CsvProblems& problems);

}  // namespace suara::client
