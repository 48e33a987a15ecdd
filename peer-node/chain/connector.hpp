// One step towards the chain with the most work: takes blocks off the tip and puts others on, in one draft.
#pragma once

#include "peer-node/chain/chain_state.hpp"
#include "peer-node/chain/header_tree.hpp"
#include "peer-node/ledger/ledger.hpp"

#include <map>

namespace suara::chain {

inline constexpr RankedTips kBodyTips(RankedTips::Kind::kBody);

Block stored_block(const store::StoreView& view, const BlockId& id);
/// Makes `entry` the tip: its height and the tip's record.
void put_tip(store::Draft& draft, const TreeEntry& entry);
std::optional<BlockId> connected_at(const store::StoreView& view, std::uint64_t height);

/// Where the path to the best header leaves the connected chain.
std::uint64_t fork_height(const HeaderTree& tree, const store::StoreView& view, std::uint64_t tip_height);

/// Excludes a branch in the tree and from what could be the tip.
void exclude_branch(HeaderTree& tree, const BlockId& id, TreeEntry::Flag flag, store::Draft& draft);

/// Bodies that need not be read from the store: what they hold is there.
using BlocksAtHand = std::map<BlockId, HashedBlockPtr>;

class Connector {
 public:
  /// `tip` is the connected tip; all references outlive the connector.
  Connector(const ledger::Rules& rules, HeaderTree& tree, TreeEntry tip, const BlocksAtHand& at_hand,
            store::Draft& draft)
      : rules_(rules),
        tree_(tree),
        at_hand_(at_hand),
        draft_(draft),
        first_tip_(tip),
        tip_(std::move(tip)),
        lowest_work_(tip_.rank.work) {}

  ChainState::Step run();
  [[nodiscard]] const TreeEntry& tip() const { return tip_; }

 private:
  struct Route {
    TreeEntry fork;             // connected, common to both chains
    std::vector<BlockId> next;  // to connect on it, lowest first; no more than a step takes
    BlockId first;              // the lowest block of the branch
  };

  [[nodiscard]] std::optional<BlockId> target_of_step() const;
  void refuse_deep_headers();
  void refuse(const BlockId& first, std::uint64_t depth_blocks);
  [[nodiscard]] Route route_to(const BlockId& target) const;
  [[nodiscard]] std::uint64_t depth_of(const Route& route) const;
  void follow(const Route& route);
  void disconnect_tip();
  bool connect(const BlockId& id);
  [[nodiscard]] HashedBlockPtr body_of(const BlockId& id) const;
  [[nodiscard]] bool step_is_full() const;
  void settle();

  const ledger::Rules& rules_;
  HeaderTree& tree_;
  const BlocksAtHand& at_hand_;
  store::Draft& draft_;
  const TreeEntry first_tip_;
  TreeEntry tip_;
  Uint256 lowest_work_;  // that the tip had during the step
  std::size_t connects_ = 0;
  ChainState::Step step_;
};

}  // namespace suara::chain
