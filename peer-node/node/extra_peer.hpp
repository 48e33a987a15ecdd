// One outbound connection more than usual, at most, for two reasons.
//
// The tip stands still while peers report more work: either they lie, or those we are connected to keep a chain from
// us. Which it is, somebody new may tell: one more is dialed, and then, at intervals that double, another in place of
// the one that has helped least.
//
// And nobody reports more work where nobody has it: all outbound connections may lead into one half of a network that
// broke in two, and each half mines on. So now and then one more is dialed all the same.
//
// Whoever is reached like this must not push out those that serve us well: many addresses can be in one hand, which may
// be the quickest with every block. So of the two newest connections the one whose last block is older goes, once the
// newest has had a minute to bring one, and the older ones are not in question (Bitcoin Core's rule for its extra
// connection): such an owner gains one place, and another for each connection that ends by itself. All that holds for
// other dials holds for these: one into each network, waits between attempts, bans.
#pragma once

#include "peer-node/node/chain_sync.hpp"
#include "peer-node/node/context.hpp"
#include "peer-node/node/peer_finding.hpp"

#include <optional>

namespace suara::node {

class ExtraPeer {
 public:
  ExtraPeer(Context& context, PeerFinding& finding, const ChainSync& sync)
      : context_(context), finding_(finding), sync_(sync) {}

  /// After every event, before peers are looked for.
  void drive();
  [[nodiscard]] std::optional<Instant> deadline() const;

 private:
  [[nodiscard]] bool stands_still() const;
  /// When the next is tried, if it is still true then.
  [[nodiscard]] Instant stale_at() const;
  void try_others();

  void look_out();
  [[nodiscard]] Instant next_look() const;

  [[nodiscard]] std::size_t proven_outbound() const;
  [[nodiscard]] bool one_too_many() const;
  struct Newest {
    p2p::Peer* last = nullptr;
    p2p::Peer* before = nullptr;
  };
  [[nodiscard]] Newest newest() const;
  /// When the newest connection has had its time to bring a block.
  [[nodiscard]] Instant time_is_up(const p2p::Peer& newest) const;
  void part_with_newest();
  void part_with_least_useful();
  void part_with(p2p::Peer& peer);

  Context& context_;
  PeerFinding& finding_;
  const ChainSync& sync_;
  std::optional<Instant> behind_at_;    // others have reported more work since then
  std::optional<Instant> tried_at_;     // set while the tip is stale
  int tries_ = 0;                       // since then
  std::optional<Instant> moves_since_;  // the tip was stale last until then
  std::optional<Instant> look_at_;      // when one more is dialed; drawn once all places have been taken
  std::optional<Instant> look_until_;   // set while one more is being dialed
};

}  // namespace suara::node
