#include "peer-node/chain/difficulty.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/work.hpp"

#include <algorithm>

namespace suara::chain {
namespace {

using Uint512 = boost::multiprecision::uint512_t;

std::uint32_t lwma_bits(const ChainSpec& spec, std::span<const Ancestor> ancestors) {
  // From genesis to the first block passes any time at all; that is no solve time.
  if (ancestors.front().height == 0) ancestors = ancestors.subspan(1);
  if (ancestors.size() < kLwmaMinimumBlocks + 1) return spec.initial_bits;
  if (ancestors.size() > kLookBackBlocks) ancestors = ancestors.last(kLookBackBlocks);

  const std::uint64_t count = ancestors.size() - 1;
  const auto interval_ms = static_cast<std::uint64_t>(spec.block_interval.count());
  std::uint64_t weighted_ms = 0;
  Uint512 target_sum = 0;
  std::uint64_t previous_ms = ancestors[0].time_ms;
  for (std::uint64_t i = 1; i <= count; ++i) {
    const std::uint64_t time_ms = std::max(ancestors[i].time_ms, previous_ms + 1);
    weighted_ms += i * std::min(time_ms - previous_ms, 6 * interval_ms);
    previous_ms = time_ms;
    const auto target = target_of(ancestors[i].bits);
    CHECK(target.has_value());
    target_sum += Uint512(*target);
  }

  // mean target x weighted mean solve time / interval, divided once at the end: floor((sum / n) x w / (n(n+1)/2 x T)).
  const Uint512 next = target_sum * weighted_ms / (Uint512(count) * (count * (count + 1) / 2) * interval_ms);
  const Uint512 highest = Uint512(1) << 255;
  return compact(static_cast<Uint256>(std::clamp(next, Uint512(2), highest)));
}

}  // namespace

std::uint32_t required_bits(const ChainSpec& spec, std::span<const Ancestor> ancestors) {
  CHECK(!ancestors.empty());
  switch (spec.rule) {
    case DifficultyRule::kFixed: return spec.initial_bits;
    case DifficultyRule::kLwma: return lwma_bits(spec, ancestors);
  }
  CHECK(false);
}

}  // namespace suara::chain
