// A roll on its way onto the ledger: who is enrolled already, who is left, and what cannot be.
#pragma once

#include "peer-node/ledger/transaction.hpp"

#include <string>
#include <vector>

namespace suara::admin {

/// A row of a roll file.
struct RollRow {
  std::size_t line = 0;
  ledger::Enrolment voter;
};

/// Columns voter_id,public_key. Throws Failure kUsage that lists every line that is wrong.
std::vector<RollRow> read_roll(const std::string& path);

struct RollPlan {
  std::vector<ledger::EnrolVoters> parts;  ///< who is left, in the file's order, kMaxEnrolments at most in each
  std::size_t enrolled = 0;                ///< rows that are on the roll already
  std::vector<std::string> conflicts;      ///< rows whose name or key somebody else has on the roll, in words
};

RollPlan plan_roll(const ledger::ElectionId& election, const std::vector<RollRow>& wanted,
                   const std::vector<ledger::Enrolment>& on_roll);

}  // namespace suara::admin
