// What a node counts of itself from its start on, for whoever watches it. Nothing decides by these numbers.
#pragma once

#include "common/util/time.hpp"
#include "common/wire/peer_messages.hpp"
#include "peer-node/chain/chain_state.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <variant>

namespace suara::node {

/// Reorganisations that somebody should know of: a deep one is a partition healed, or an attack.
struct ReorganisationAlarms {
  struct Last {
    std::size_t depth_blocks = 0;
    WallTime at;
  };
  std::uint64_t deep = 0;  ///< of kDeepReorganisationBlocks or more
  std::optional<Last> last_deep;
  std::uint64_t refused = 0;  ///< chains with more work that go back too far (chain::kMaxReorganisationBlocks)
  std::optional<Last> last_refused;
};

struct Meter {
  /// By place in the variant; the last one is of types that are not known.
  using ByMessageType = std::array<std::uint64_t, std::variant_size_v<wire::peer::Message>>;
  ByMessageType received{};  ///< from proven peers and those in their handshake
  ByMessageType sent{};

  std::uint64_t blocks_connected = 0;
  std::uint64_t blocks_disconnected = 0;
  std::uint64_t reorganisations = 0;
  std::uint64_t deepest_reorganisation_blocks = 0;
  ReorganisationAlarms alarms;

  /// By the name of what was wrong, from the API and from peers; and those that were admitted and left by no block.
  std::map<std::string_view, std::uint64_t> refused_transactions;
  std::uint64_t signature_checks = 0;

  void moved(const chain::ChainState::Step& step, WallTime now);
  void refused(const chain::ChainState::Step& step, WallTime now);
};

/// As on the wire; "unknown" for the last.
std::string_view message_type(std::size_t index);

}  // namespace suara::node
