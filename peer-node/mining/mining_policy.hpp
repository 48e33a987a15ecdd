// When it is worth mining. An idle private network should not fill disks with empty blocks, yet elections open and
// close with the chain's time, so while one runs the chain has to go on.
#pragma once

#include "common/store/store_view.hpp"
#include "common/util/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace suara::mining {

enum class MiningMode : std::uint8_t {
  kOff,
  kPending,  ///< when transactions wait or a tie is to be broken, and an empty block whenever one is due
  kAlways,
};

/// How long an open election goes without a block.
inline constexpr std::chrono::milliseconds kHeartbeat{60'000};

/// When an empty block is due on a tip of this time: a heartbeat after it while an election is open, and at the latest
/// when one closes. nullopt: never, all elections are over. Reads every election's terms; the answer holds until the
/// tip moves.
std::optional<WallTime> empty_block_due(const store::StoreView& view, WallTime tip_time,
                                        std::chrono::milliseconds heartbeat = kHeartbeat);

/// From when on to mine on the present tip, which may be past; nullopt: not at all.
/// `block_wanted`: the block template has transactions, or the tip is contested. Two miners that find a block at the
/// same time would otherwise leave an idle network divided until something happens.
std::optional<WallTime> mine_from(MiningMode mode, bool block_wanted, std::optional<WallTime> empty_block_due);

}  // namespace suara::mining
