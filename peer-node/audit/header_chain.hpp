// A chain of headers from genesis up, checked one after the other with a node's own rules, and in flat memory. On a
// network that lists miners that includes every seal, and counts whose they are.
//
// Not checked, because it is a question to a clock and not to the chain: that a block's time was not ahead of the time
// when it was made (time_too_far_ahead).
#pragma once

#include "peer-node/chain/chain_spec.hpp"
#include "peer-node/chain/difficulty.hpp"
#include "peer-node/chain/seal.hpp"

#include <vector>

namespace suara::audit {

/// Whether a header has the seal of a listed miner, or none on an open network. Costs a signature check. Errors:
/// AuditError::kMissingSeal, kSuperfluousSeal, RuleError::kUnlistedMiner, kBadSeal.
Result<void> check_seal(const chain::ChainSpec& spec, const NetworkId& network, const chain::SealedHeader& header);

/// What a listed miner has sealed.
struct MinerBlocks {
  PublicKey miner;
  std::uint64_t blocks = 0;
  friend bool operator==(const MinerBlocks&, const MinerBlocks&) = default;
};

class HeaderChain {
 public:
  /// Begins with the genesis block that the specification yields.
  explicit HeaderChain(chain::ChainSpec spec);

  /// The next header. Errors: those of check_seal, AuditError::kNotLinked, chain::RuleError; the chain is then as
  /// before.
  Result<void> add(const chain::SealedHeader& sealed);

  [[nodiscard]] const chain::ChainSpec& spec() const { return spec_; }
  [[nodiscard]] const chain::BlockId& tip() const { return tip_; }
  [[nodiscard]] std::uint64_t height() const { return window_.back().height; }
  [[nodiscard]] const chain::Uint256& work() const { return work_; }  ///< genesis included
  /// Every listed miner, in the specification's order; nobody on an open network.
  [[nodiscard]] const std::vector<MinerBlocks>& miners() const { return miners_; }

 private:
  void extend(const chain::Header& header, const chain::BlockId& id);

  chain::ChainSpec spec_;
  NetworkId network_;
  std::vector<MinerBlocks> miners_;
  chain::BlockId tip_;
  chain::Uint256 work_;
  std::vector<chain::Ancestor> window_;  // the tip last; up to 2 x kLookBackBlocks, the last ones count
};

}  // namespace suara::audit
