#include "tests/rules/corpus.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

namespace suara::testing {

using chain::RuleError;

namespace {

constexpr RuleError kLastRule = RuleError::kRecordTooLarge;

std::vector<RuleRow> all_rows() {
  std::vector<RuleRow> all;
  for (const auto& rows : {encoding_rows(), header_rows(), block_rows(), statement_rows(), ledger_rows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

// Rows of the document's tables begin with "| `name` |".
std::multiset<std::string> documented() {
  std::ifstream file(SUARA_PROTO_DOCS_DIRECTORY "/rules.md");
  std::multiset<std::string> names;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| `")) names.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return names;
}

}  // namespace

std::vector<RuleError> all_rules() {
  std::vector<RuleError> rules;
  for (int value = 0; value <= static_cast<int>(kLastRule); ++value) rules.push_back(static_cast<RuleError>(value));
  return rules;
}

namespace {

TEST(RulesCorpus, WhatIsJustValidBreaksNoRule) {
  for (const RuleRow& row : all_rows()) {
    const auto said = row.just_valid();
    EXPECT_TRUE(said) << chain::describe(row.rule).name << ", " << row.what_holds << ": " << said.error().message();
  }
}

TEST(RulesCorpus, WhatIsJustInvalidBreaksThatRule) {
  for (const RuleRow& row : all_rows()) {
    const auto said = row.just_invalid();
    ASSERT_FALSE(said) << chain::describe(row.rule).name << ", " << row.what_does_not << ": accepted";
    EXPECT_EQ(said.error().name(), chain::describe(row.rule).name) << row.what_does_not;
  }
}

TEST(RulesCorpus, HasARowForEveryRule) {
  const auto rows = all_rows();
  for (const RuleError rule : all_rules()) {
    EXPECT_TRUE(std::ranges::any_of(rows, [&](const RuleRow& row) { return row.rule == rule; }))
        << chain::describe(rule).name << " has no row in tests/rules/corpus_*.cpp";
  }
}

TEST(RulesCorpus, KnowsTheLastRule) {
  EXPECT_DEATH(describe(static_cast<RuleError>(static_cast<int>(kLastRule) + 1)), "") << "kLastRule is not the last";
}

TEST(RulesDocument, NamesEveryRuleOnce) {
  std::multiset<std::string> rules;
  for (const RuleError rule : all_rules()) rules.insert(std::string(chain::describe(rule).name));
  EXPECT_EQ(documented(), rules);
}

}  // namespace
}  // namespace suara::testing
