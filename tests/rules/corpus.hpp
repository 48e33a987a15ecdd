// The rules corpus: for every consensus rule what is just valid and what is just invalid, side by side. A rule without
// a row, or a row whose valid side breaks any rule or whose invalid side breaks another one, fails corpus_test.cpp.
#pragma once

#include "common/util/result.hpp"
#include "peer-node/chain/rule_error.hpp"

#include <vector>

namespace suara::testing {

/// Does something as a node would, on a network of its own, and returns what the rules say of it.
using Play = Result<void> (*)();

struct RuleRow {
  chain::RuleError rule;
  const char* what_holds;
  Play just_valid;
  const char* what_does_not;
  Play just_invalid;
};

std::vector<RuleRow> encoding_rows();
std::vector<RuleRow> header_rows();
std::vector<RuleRow> block_rows();
std::vector<RuleRow> statement_rows();
std::vector<RuleRow> ledger_rows();

/// Every enumerator there is.
std::vector<chain::RuleError> all_rules();

}  // namespace suara::testing
