// All headers that ever passed the rules, in the store: the tree, the path from genesis to its best end, and what is
// known of each block. Memory does not grow with the chain: what is kept in RAM is the best header and one window of
// ancestors.
//
// Store families: kHeaders (a row each), kHeaderChildren, kHeaderHeights (the path to the best header), kTips.
#pragma once

#include "common/store/draft.hpp"
#include "peer-node/chain/difficulty.hpp"
#include "peer-node/chain/fork_choice.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace suara::chain {

/// One header's row: header ‖ work, 32 bytes, big-endian ‖ flags u8 ‖ seen u64.
struct TreeEntry {
  enum Flag : std::uint8_t {
    kHasBody = 1,    ///< its body is in the store
    kComplete = 2,   ///< so are those of all its ancestors
    kConnected = 4,  ///< on the connected chain
    kInvalid = 8,    ///< broke a rule, or descends from one that did
    kRefused = 16,   ///< leaves the connected chain too deep (policy), or descends from one that does
  };

  BlockId id;
  Header header;
  Rank rank;
  std::uint8_t flags = 0;

  [[nodiscard]] bool is(Flag flag) const { return (flags & flag) != 0; }
  /// Can neither be the tip nor lead to it.
  [[nodiscard]] bool excluded() const { return (flags & (kInvalid | kRefused)) != 0; }
  void set(Flag flag) { flags = static_cast<std::uint8_t>(flags | flag); }
  void clear(Flag flag) { flags = static_cast<std::uint8_t>(flags & ~flag); }
};

/// A row's bytes; nullopt for what is none.
std::optional<TreeEntry> decode_entry(const BlockId& id, std::string_view row);
/// Damage in the row is a CHECK.
std::optional<TreeEntry> find_entry(const store::StoreView& view, const BlockId& id);
/// Of a header that is in the tree.
TreeEntry entry_of(const store::StoreView& view, const BlockId& id);
void put_entry(store::Draft& draft, const TreeEntry& entry);
std::vector<BlockId> children_of(const store::StoreView& view, const BlockId& id);

class HeaderTree {
 public:
  /// What the store holds; it must hold a genesis.
  explicit HeaderTree(const store::StoreView& view);
  /// A new tree.
  static void plant(const Header& genesis, store::Draft& draft);

  /// Most work among those not excluded.
  [[nodiscard]] const TreeEntry& best() const { return best_; }
  /// The best header's ancestor at this height.
  [[nodiscard]] std::optional<BlockId> at_height(const store::StoreView& view, std::uint64_t height) const;
  /// Likewise at each height from this one up, until `visit` returns false.
  void path_from(const store::StoreView& view, std::uint64_t height,
                 const std::function<bool(const BlockId&)>& visit) const;
  /// Another end that is not excluded has as much work as the best.
  [[nodiscard]] bool contested(const store::StoreView& view) const;
  /// How many headers were ever taken.
  [[nodiscard]] std::uint64_t seen() const { return next_seen_; }
  /// Changes whenever the path to the best header does otherwise than by growing.
  [[nodiscard]] std::uint64_t path_version() const { return path_version_; }

  /// `id` last, before it its ancestors: what the rules for its child look back on.
  const std::vector<Ancestor>& ancestors(const store::StoreView& view, const BlockId& id);
  /// Likewise, without the help of what was last asked for.
  static std::vector<Ancestor> ancestors_from(const store::StoreView& view, const BlockId& id);

  /// A header that passed the rules, on a parent that is not invalid.
  void insert(const Header& header, const BlockId& id, const TreeEntry& parent, store::Draft& draft);

  /// Flags a block and all its descendants, none of them connected, as invalid or refused; tells each. Costs memory for
  /// the whole subtree, which somebody paid for with work.
  void exclude(const BlockId& id, TreeEntry::Flag flag, store::Draft& draft,
               const std::function<void(const TreeEntry&)>& excluded);

  /// Forgets ends, at most `limit` and the worst first, that are too far below the tip to ever matter. Their headers
  /// stay.
  void forget_deep_tips(std::uint64_t tip_height, std::size_t limit, store::Draft& draft);

 private:
  void add_tip(store::Draft& draft, const TreeEntry& entry);
  void choose_best(store::Draft& draft);
  void move_path(const TreeEntry& to, store::Draft& draft);

  TreeEntry best_;
  std::uint64_t next_seen_ = 0;
  std::uint64_t path_version_ = 0;
  // No end has less work. Spares forget_deep_tips a walk over all that there once were, which the database keeps until
  // it is compacted.
  Uint256 lowest_tip_work_ = 0;
  BlockId window_of_;             // whose ancestors `window_` holds
  std::vector<Ancestor> window_;  // up to 2 x kLookBackBlocks, the last ones count
};

}  // namespace suara::chain
