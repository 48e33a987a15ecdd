// proto-docs/rules.md lists every rule there is, and no other.
#include "peer-node/chain/rule_error.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

namespace suara::chain {
namespace {

constexpr RuleError kLast = RuleError::kRecordTooLarge;

// Rows of the document's tables begin with "| `name` |".
std::multiset<std::string> documented() {
  std::ifstream file(SUARA_PROTO_DOCS_DIRECTORY "/rules.md");
  std::multiset<std::string> names;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    names.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return names;
}

TEST(RulesDocument, NamesEveryRuleOnce) {
  std::multiset<std::string> rules;
  for (int value = 0; value <= static_cast<int>(kLast); ++value) {
    rules.insert(std::string(describe(static_cast<RuleError>(value)).name));
  }
  EXPECT_EQ(documented(), rules);
  EXPECT_DEATH(describe(static_cast<RuleError>(static_cast<int>(kLast) + 1)), "") << "kLast is not the last rule";
}

}  // namespace
}  // namespace suara::chain
