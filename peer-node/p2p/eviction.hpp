// Which inbound peer makes place for a newcomer when all places are taken. An attacker can open connections without
// end, so places that are given to the first who come, or taken from anyone, are his in the end. As in Bitcoin Core
// (node/eviction) some peers are protected for what is hard to fake: coming from another network than the rest, being
// near, having been of use, having stayed. One attacker may win in some of these, hardly in all.
#pragma once

#include "common/util/strong_id.hpp"
#include "common/util/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace suara::p2p {

struct EvictionCandidate {
  ConnectionId connection;
  Instant connected_at;
  std::optional<Instant::duration> min_ping;   ///< none: not measured yet
  std::optional<Instant> last_block_at;        ///< of the latest block that was news to us; none: never
  std::optional<Instant> last_transaction_at;  ///< likewise
  /// Of the network it comes from, keyed by a secret: which groups rank high cannot be known outside.
  std::uint64_t group = 0;
};

/// Protected are, one after the other: the longest connected of each of the kProtectedGroups groups that rank highest;
/// the kProtectedByPing nearest; the kProtectedByTransactions and kProtectedByBlocks that last brought something new;
/// of the rest the half, rounded up, that has been connected longest. Of those left the youngest of the largest group
/// goes; ties break by the connection's id. nullopt: all are protected.
[[nodiscard]] std::optional<ConnectionId> choose_evicted(std::vector<EvictionCandidate> candidates);

}  // namespace suara::p2p
