// The ledger's rules once more, from proto-docs/rules.md: plain maps, filled from genesis, never undone.
#pragma once

#include "peer-node/chain/chain_spec.hpp"
#include "peer-node/chain/rule_error.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace suara::differential {

using chain::RuleError;

/// What a transaction shows by itself, its signature aside.
std::optional<RuleError> broken_by_itself(const chain::ChainSpec& spec, const ledger::Transaction& transaction);

class NaiveLedger {
 public:
  struct Election {
    PublicKey organiser;
    ledger::OpenElection definition;
    bool closed_early = false;
    std::map<std::string, PublicKey> roll;  // by name
    struct Vote {
      std::uint16_t candidate = 0;
      ledger::TransactionId transaction;
    };
    std::map<PublicKey, Vote> votes;
  };

  explicit NaiveLedger(const chain::ChainSpec& spec) : spec_(&spec) {}

  /// The rule that the transaction breaks in a block of that time; otherwise it takes effect.
  std::optional<RuleError> apply(const ledger::Transaction& transaction, const chain::BlockId& block,
                                 std::uint32_t index, std::uint64_t time_ms);

  [[nodiscard]] const std::map<ledger::ElectionId, Election>& elections() const { return elections_; }
  /// Block and index.
  [[nodiscard]] const std::map<ledger::TransactionId, std::pair<chain::BlockId, std::uint32_t>>& transactions() const {
    return transactions_;
  }

 private:
  struct Statement;

  const chain::ChainSpec* spec_;
  std::map<ledger::TransactionId, std::pair<chain::BlockId, std::uint32_t>> transactions_;
  std::map<ledger::ElectionId, Election> elections_;
};

}  // namespace suara::differential
