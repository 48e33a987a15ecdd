#include "bootstrap-server/core/peer_entries.hpp"

namespace suara::directory {

wire::RowState state_of(const Row& row) {
  if (row.verified) return wire::RowState::kVerified;
  return row.next_check_ms != 0 ? wire::RowState::kUnverified : wire::RowState::kUnchecked;
}

std::uint64_t lease_left_ms(std::uint64_t lease_ends_ms, std::uint64_t now_ms) {
  if (lease_ends_ms == 0) return 0;
  return lease_ends_ms > now_ms ? lease_ends_ms - now_ms : 1;
}

wire::PeerEntry entry_of(Row row, std::uint64_t now_ms) {
  const wire::RowState state = state_of(row);
  return {std::move(row.address),
          std::move(row.network),
          state,
          row.first_seen_ms,
          lease_left_ms(row.lease_ends_ms, now_ms),
          std::move(row.status),
          row.clock_offset_ms,
          row.key};
}

}  // namespace suara::directory
