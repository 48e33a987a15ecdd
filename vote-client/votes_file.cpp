#include "vote-client/votes_file.hpp"

#include <map>
#include <unordered_map>

namespace suara::voting {

VotesFile::VotesFile(const std::string& path)
    : problems_(path), rows_(client::read_csv(path, {"voter_id", "candidate_id"}, problems_)) {}

std::vector<Ballot> VotesFile::ballots(const std::vector<std::string>& candidates) const {
  std::map<std::string, std::uint16_t> indices;
  for (std::size_t i = 0; i < candidates.size(); ++i) indices.emplace(candidates[i], static_cast<std::uint16_t>(i));

  auto problems = problems_;
  std::unordered_map<std::string, std::size_t> line_of_voter;
  std::vector<Ballot> ballots;
  for (const auto& row : rows_) {
    const auto& voter = row.cells[0];
    const auto& candidate = row.cells[1];
    const auto index = indices.find(candidate);
    const auto [first, is_new] = line_of_voter.emplace(voter, row.line);
    if (voter.empty()) {
      problems.add(row.line, "the voter's name is empty");
    } else if (!is_new) {
      problems.add(row.line, "voter \"" + voter + "\" has voted in line " + std::to_string(first->second));
    } else if (candidate.empty()) {
      problems.add(row.line, "the candidate's name is empty");
    } else if (index == indices.end()) {
      problems.add(row.line, "the election has no candidate \"" + candidate + "\"");
    } else {
      ballots.push_back({row.line, voter, index->second});
    }
  }
  problems.throw_if_any();
  return ballots;
}

}  // namespace suara::voting
