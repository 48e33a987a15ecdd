// The four ways of finding peers (proto-docs/peer.md, "Finding peers"), each of which can be switched off.
#pragma once

#include "common/util/result.hpp"

#include <string_view>

namespace suara::p2p {

struct Discovery {
  bool push = true;      ///< bootstrap servers tell of who joins and leaves
  bool poll = true;      ///< bootstrap servers are asked for their list now and then
  bool announce = true;  ///< newcomers ask for the list once, and tell those they connect to where they listen
  bool gossip = true;    ///< peers are asked for the addresses they know, asked in turn, and pass news on

  /// Whether bootstrap servers are good for more than registering.
  [[nodiscard]] bool asks_servers() const { return push || poll || announce; }
  friend bool operator==(const Discovery&, const Discovery&) = default;
};

enum class DiscoveryError {
  kUnknownWay,  ///< a word that is none of the four, or `none` beside others
};
ErrorText describe(DiscoveryError error);

/// "push,poll,announce,gossip", any of them, or "none".
Result<Discovery> parse_discovery(std::string_view text);

}  // namespace suara::p2p
