// A file of votes: who votes for whom. Checked whole before the first vote is sent.
#pragma once

#include "common/client/csv.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace suara::voting {

struct Ballot {
  std::size_t line = 0;  ///< in the file
  std::string voter;
  std::uint16_t candidate = 0;
};

/// Columns voter_id,candidate_id.
class VotesFile {
 public:
  /// Throws Failure when it cannot be read or has no such columns.
  explicit VotesFile(const std::string& path);

  /// Throws Failure that lists the lines with empty names, voters that occur twice, and candidates that are none of
  /// these.
  [[nodiscard]] std::vector<Ballot> ballots(const std::vector<std::string>& candidates) const;

 private:
  client::CsvProblems problems_;
  std::vector<client::CsvRow> rows_;
};

}  // namespace suara::voting
