#include "peer-node/node/recent_blocks.hpp"

#include "common/wire/peer_messages.hpp"
#include "peer-node/node/limits.hpp"

#include <algorithm>

namespace suara::node {

void RecentBlocks::add(const chain::SealedHeader& header, chain::HashedBlockPtr block) {
  const chain::BlockId id = block->id();
  if (contains(id)) return;
  blocks_.push_back({id, header, std::move(block), nullptr});
  if (blocks_.size() > kMaxRecentBlocks) blocks_.pop_front();
}

void RecentBlocks::erase(const chain::BlockId& id) {
  std::erase_if(blocks_, [&](const Recent& recent) { return recent.id == id; });
}

const RecentBlocks::Recent* RecentBlocks::find(const chain::BlockId& id) const {
  const auto found = std::ranges::find(blocks_, id, &Recent::id);
  return found == blocks_.end() ? nullptr : &*found;
}

const RecentBlocks::Recent* RecentBlocks::child_of(const chain::BlockId& parent) const {
  const auto found =
      std::ranges::find_if(blocks_, [&](const Recent& recent) { return recent.header.header.previous == parent; });
  return found == blocks_.end() ? nullptr : &*found;
}

std::shared_ptr<const std::string> RecentBlocks::compact_line(const chain::BlockId& id) {
  const auto found = std::ranges::find(blocks_, id, &Recent::id);
  if (found == blocks_.end()) return nullptr;
  if (found->compact_line == nullptr) {
    const wire::peer::Compact compact{chain::encode(found->header), found->block->leaves()};
    found->compact_line = std::make_shared<const std::string>(wire::peer::encode(compact));
  }
  return found->compact_line;
}

}  // namespace suara::node
