// Received headers on their way into the tree. Those of a chain that has shown enough work are checked and stored;
// others are counted first (sync/low_work_headers.hpp), and only when the peer was asked for them.
//
// Enough is what the operator says (Options::minimum_work), and at least what our own chain had when it was as long as
// a reorganisation may be deep ago: a chain that leaves ours below that is never followed.
#pragma once

#include "peer-node/node/context.hpp"
#include "peer-node/sync/low_work_headers.hpp"

#include <map>
#include <optional>
#include <vector>

namespace suara::node {

class HeaderIntake {
 public:
  explicit HeaderIntake(Context& context) : context_(context) {}

  struct Taken {
    std::optional<chain::BlockId> last;  ///< the last that was taken; on which the next ones follow
    chain::Uint256 work;                 ///< accumulated up to there; zero without `last`
    bool stored = false;                 ///< `last` is in the tree, or was
    bool news = false;                   ///< it led further than what was known
    bool anew = false;                   ///< the peer is to send again what follows on `last`
    std::optional<Error> failure;        ///< RuleError of the first that was not taken
    std::optional<chain::BlockId> failed;
    std::optional<StoreToken> token;
  };
  /// The headers of one message, each the parent of the next; else nothing of it is taken. `asked`: they answer a
  /// question of ours.
  Taken take(const p2p::Peer& peer, const std::vector<chain::SealedHeader>& headers, bool asked);
  void remove_peer(ConnectionId peer) { peers_.erase(peer); }
  /// The last of its headers that was counted: goes first in the next locator, or all would come again.
  [[nodiscard]] std::optional<chain::BlockId> last_counted(ConnectionId peer) const;

  [[nodiscard]] std::size_t peers() const { return peers_.size(); }
  /// Memory of all that is being counted.
  [[nodiscard]] std::size_t size_bytes() const;

 private:
  struct Counting {
    sync::LowWorkHeaders headers;
    Instant since;
  };

  [[nodiscard]] bool goes_on(const sync::LowWorkHeaders& counted,
                             const std::vector<chain::SealedHeader>& headers) const;
  Taken store(std::span<const chain::SealedHeader> headers);
  Taken count(const p2p::Peer& peer, Counting& counting, std::span<const chain::SealedHeader> headers);
  [[nodiscard]] chain::Uint256 enough_work() const;
  [[nodiscard]] std::optional<chain::BlockEntry> find(const chain::BlockId& id) const;
  [[nodiscard]] bool is_known(const chain::BlockId& id) const { return find(id).has_value(); }

  Context& context_;
  std::map<ConnectionId, Counting> peers_;
};

}  // namespace suara::node
