// The last few blocks that others were told of: those that pass through are handed out before the store has them, and
// their compact form is made once for everybody who asks.
#pragma once

#include "peer-node/chain/hashed_block.hpp"
#include "peer-node/chain/seal.hpp"

#include <deque>
#include <memory>
#include <string>

namespace suara::node {

class RecentBlocks {
 public:
  struct Recent {
    chain::BlockId id;
    chain::SealedHeader header;
    chain::HashedBlockPtr block;
    std::shared_ptr<const std::string> compact_line;  ///< null until somebody asks
  };

  /// Does nothing when it is there. The oldest makes place.
  void add(const chain::SealedHeader& header, chain::HashedBlockPtr block);
  void erase(const chain::BlockId& id);

  [[nodiscard]] bool contains(const chain::BlockId& id) const { return find(id) != nullptr; }
  [[nodiscard]] const Recent* find(const chain::BlockId& id) const;
  [[nodiscard]] const Recent* child_of(const chain::BlockId& parent) const;
  /// The line of a `compact` message; null when there is no such block here.
  [[nodiscard]] std::shared_ptr<const std::string> compact_line(const chain::BlockId& id);

 private:
  std::deque<Recent> blocks_;  // oldest first
};

}  // namespace suara::node
