#include "peer-node/audit/header_chain.hpp"

#include "common/util/check.hpp"
#include "peer-node/audit/audit_error.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rules.hpp"
#include "peer-node/chain/work.hpp"

#include <algorithm>
#include <span>

namespace suara::audit {

Result<void> check_seal(const chain::ChainSpec& spec, const NetworkId& network, const chain::SealedHeader& header) {
  const chain::BlockId id = chain::block_id(header.header);
  if (!header.seal && chain::lists_miners(spec)) return Error(AuditError::kMissingSeal, "block " + id.hex());
  if (header.seal && !chain::lists_miners(spec)) return Error(AuditError::kSuperfluousSeal, "block " + id.hex());
  if (!header.seal) return {};
  SUARA_TRY(chain::check_miner(spec, header));
  return chain::check_seal(network, id, *header.seal);
}

HeaderChain::HeaderChain(chain::ChainSpec spec) : spec_(std::move(spec)), network_(chain::network_id(spec_)) {
  for (const PublicKey& miner : spec_.miners) miners_.push_back({miner, 0});
  const chain::Header genesis = chain::genesis_block(spec_).header;
  extend(genesis, chain::block_id(genesis));
}

Result<void> HeaderChain::add(const chain::SealedHeader& sealed) {
  SUARA_TRY(check_seal(spec_, network_, sealed));
  const chain::Header& header = sealed.header;
  const chain::BlockId id = chain::block_id(header);
  if (header.previous != tip_) {
    return Error(AuditError::kNotLinked,
                 "block " + id.hex() + " names " + header.previous.hex() + " as its parent, not " + tip_.hex());
  }
  const std::span<const chain::Ancestor> all(window_);
  const auto ancestors = all.last(std::min(all.size(), chain::kLookBackBlocks));
  SUARA_TRY(chain::check_header(spec_, header, id, ancestors, from_unix_ms(chain::kMaxTimeMs)));
  extend(header, id);
  if (sealed.seal) ++std::ranges::find(miners_, sealed.seal->miner, &MinerBlocks::miner)->blocks;
  return {};
}

void HeaderChain::extend(const chain::Header& header, const chain::BlockId& id) {
  if (window_.size() == 2 * chain::kLookBackBlocks) {
    window_.erase(window_.begin(), window_.end() - static_cast<std::ptrdiff_t>(chain::kLookBackBlocks));
  }
  window_.push_back({header.height, header.time_ms, header.bits});
  const auto target = chain::target_of(header.bits);
  CHECK(target.has_value());  // the specification's, or checked
  work_ += chain::work_of_target(*target);
  tip_ = id;
}

}  // namespace suara::audit
