// Which of two chains is better: the one with more accumulated work; of equal ones the one seen first. And the ends
// that can be chosen, kept in that order in the store, so that a restart finds what the last life knew.
#pragma once

#include "common/store/draft.hpp"
#include "peer-node/chain/header.hpp"
#include "peer-node/store/schema.hpp"

#include <optional>

namespace suara::chain {

struct Rank {
  Uint256 work;            ///< accumulated from genesis
  std::uint64_t seen = 0;  ///< headers are numbered as they come
};

[[nodiscard]] inline bool better(const Rank& a, const Rank& b) {
  return a.work != b.work ? a.work > b.work : a.seen < b.seen;
}

/// The id that a key or value of the store is. Other bytes are damage, and a CHECK.
BlockId stored_id(std::string_view bytes);

/// A set of blocks ordered by rank, in the store family kTips: kind u8 ‖ work, big-endian ‖ inverted `seen` -> id.
class RankedTips {
 public:
  enum class Kind : std::uint8_t {
    kHeader = 1,  ///< headers without children that may still be valid
    kBody = 2,    ///< blocks that could be the tip: all bodies down to the connected chain are here, none is known to
                  ///< be invalid, and their work is above the tip's
  };
  explicit constexpr RankedTips(Kind kind) : kind_(kind) {}

  void add(store::Draft& draft, const Rank& rank, const BlockId& id) const;
  void remove(store::Draft& draft, const Rank& rank) const;
  [[nodiscard]] std::optional<BlockId> best(const store::StoreView& view) const;
  /// The two best have the same work.
  [[nodiscard]] bool tied(const store::StoreView& view) const;
  /// Removes those whose work is in [from, to].
  void remove_range(store::Draft& draft, const Uint256& from, const Uint256& to) const;
  /// The lowest ranks of at least this work, at most `limit`.
  [[nodiscard]] std::vector<BlockId> worst(const store::StoreView& view, const Uint256& from, std::size_t limit) const;
  [[nodiscard]] bool contains(const store::StoreView& view, const Rank& rank) const {
    return view.get(node_store::kTips, key_of(rank)).has_value();
  }
  [[nodiscard]] std::string key_of(const Rank& rank) const;

 private:
  Kind kind_;
};

}  // namespace suara::chain
