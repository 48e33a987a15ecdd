// A row as GET_PEERS and INSPECT show it.
#pragma once

#include "bootstrap-server/store/row.hpp"

#include <cstdint>

namespace suara::directory {

wire::RowState state_of(const Row& row);

/// 0: no lease. One that has just ended counts until its row goes.
std::uint64_t lease_left_ms(std::uint64_t lease_ends_ms, std::uint64_t now_ms);

wire::PeerEntry entry_of(Row row, std::uint64_t now_ms);

}  // namespace suara::directory
