// The difficulty rule: which target the next block must have, decided by its ancestors alone.
//
// fixed: the specification's target, always.
// lwma (zawy12's LWMA-1): the mean target of the last 60 blocks, scaled by their linearly weighted mean solve time over
// the block interval. Solve times are clamped to [1 ms, 6 intervals], so an outage counts as six blocks' worth once
// and causes no burst afterwards, and a block that claims an earlier time than its parent gains nothing.
#pragma once

#include "peer-node/chain/chain_spec.hpp"

#include <span>

namespace suara::chain {

/// What the rule needs of an ancestor.
struct Ancestor {
  std::uint64_t height = 0;
  std::uint64_t time_ms = 0;
  std::uint32_t bits = 0;
};

/// `ancestors`: the parent last, before it its ancestors in order, kLookBackBlocks of them or back to genesis.
std::uint32_t required_bits(const ChainSpec& spec, std::span<const Ancestor> ancestors);

}  // namespace suara::chain
