#include "admin-client/roll.hpp"

#include "common/client/csv.hpp"
#include "common/util/hex.hpp"
#include "peer-node/ledger/limits.hpp"

#include <map>
#include <set>

namespace suara::admin {

std::vector<RollRow> read_roll(const std::string& path) {
  client::CsvProblems problems(path);
  const auto rows = client::read_csv(path, {"voter_id", "public_key"}, problems);
  std::set<std::string> names;
  std::set<PublicKey> keys;
  std::vector<RollRow> roll;
  for (const auto& row : rows) {
    const auto& name = row.cells[0];
    const auto bytes = from_hex(row.cells[1]);
    const auto key = bytes ? parse_public_key(*bytes) : Result<PublicKey>(KeyError::kNotAPoint);
    if (name.empty())
      problems.add(row.line, "the voter's name is empty");
    else if (name.size() > ledger::kMaxTextSizeBytes)
      problems.add(row.line, "the voter's name is longer than " + std::to_string(ledger::kMaxTextSizeBytes) + " bytes");
    else if (!names.insert(name).second)
      problems.add(row.line, "voter \"" + name + "\" is there already");
    if (!key)
      problems.add(row.line, "public_key takes 128 hexadecimal digits, as vote-client keygen prints them");
    else if (!keys.insert(*key).second)
      problems.add(row.line, "this public key is there already");
    if (key) roll.push_back({row.line, {name, *key}});
  }
  problems.throw_if_any();
  return roll;
}

RollPlan plan_roll(const ledger::ElectionId& election, const std::vector<RollRow>& wanted,
                   const std::vector<ledger::Enrolment>& on_roll) {
  std::map<std::string, PublicKey> keys;
  std::map<PublicKey, std::string> names;
  for (const auto& [voter, key] : on_roll) {
    keys.emplace(voter, key);
    names.emplace(key, voter);
  }
  RollPlan plan;
  for (const auto& [line, voter] : wanted) {
    const auto key = keys.find(voter.voter);
    const auto name = names.find(voter.key);
    if (key != keys.end() && key->second == voter.key) {
      ++plan.enrolled;
    } else if (key != keys.end()) {
      plan.conflicts.push_back("line " + std::to_string(line) + ": \"" + voter.voter +
                               "\" is on the roll with another key");
    } else if (name != names.end()) {
      plan.conflicts.push_back("line " + std::to_string(line) + ": the key of \"" + voter.voter +
                               "\" is on the roll as \"" + name->second + "\"");
    } else {
      if (plan.parts.empty() || plan.parts.back().voters.size() == ledger::kMaxEnrolments)
        plan.parts.push_back({election, {}});
      plan.parts.back().voters.push_back(voter);
    }
  }
  return plan;
}

}  // namespace suara::admin
