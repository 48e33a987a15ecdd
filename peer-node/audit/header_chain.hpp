// A chain of headers from genesis up, checked one after the other with a node's own rules, and in flat memory.
//
// Not checked, because it is a question to a clock and not to the chain: that a block's time was not ahead of the time
// when it was made (time_too_far_ahead).
#pragma once

#include "peer-node/chain/chain_spec.hpp"
#include "peer-node/chain/difficulty.hpp"

#include <vector>

namespace suara::audit {

class HeaderChain {
 public:
  /// Begins with the genesis block that the specification yields.
  explicit HeaderChain(chain::ChainSpec spec);

  /// The next header. Errors: AuditError::kNotLinked, chain::RuleError; the chain is then as before.
  Result<void> add(const chain::Header& header);

  [[nodiscard]] const chain::ChainSpec& spec() const { return spec_; }
  [[nodiscard]] const chain::BlockId& tip() const { return tip_; }
  [[nodiscard]] std::uint64_t height() const { return window_.back().height; }
  [[nodiscard]] const chain::Uint256& work() const { return work_; }  ///< genesis included

 private:
  void extend(const chain::Header& header, const chain::BlockId& id);

  chain::ChainSpec spec_;
  chain::BlockId tip_;
  chain::Uint256 work_;
  std::vector<chain::Ancestor> window_;  // the tip last; up to 2 x kLookBackBlocks, the last ones count
};

}  // namespace suara::audit
