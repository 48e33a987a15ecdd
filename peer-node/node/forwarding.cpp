#include "peer-node/node/forwarding.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/block_view.hpp"
#include "peer-node/node/limits.hpp"

#include <algorithm>

namespace suara::node {

void Forwarding::forward(const chain::SealedHeader& header, chain::HashedBlockPtr block) {
  if (context_.stopping || forwarded_on_ == header.header.previous) return;
  forwarded_on_ = header.header.previous;
  context_.recent.add(header, std::move(block));
  announce(chain::block_id(header.header));
}

void Forwarding::announce_stored(const chain::BlockId& id) {
  if (!anybody_to_tell(id)) return;
  if (!context_.recent.contains(id)) {
    const store::StoreView& durable = context_.overlay.durable();
    const auto stored = chain::BlockView::find(durable, id);
    CHECK(stored.has_value());
    auto block = chain::HashedBlock::decode(stored->encoded());
    CHECK(block.has_value());
    const chain::SealedHeader header((*block)->header(), context_.chain->seal(durable, id));
    context_.recent.add(header, *std::move(block));
  }
  announce(id);
}

void Forwarding::excuse(const chain::BlockId& id) {
  excused_.push_back(id);
  if (excused_.size() > kMaxExcusedBlocks) excused_.pop_front();
}

bool Forwarding::excuses(const chain::BlockId& id) const { return std::ranges::find(excused_, id) != excused_.end(); }

bool Forwarding::anybody_to_tell(const chain::BlockId& id) const {
  return std::ranges::any_of(context_.peers.all(), [&](const auto& entry) {
    return entry.second.ready && !entry.second.closing && !entry.second.known_blocks.contains(id);
  });
}

void Forwarding::announce(const chain::BlockId& id) {
  const wire::peer::Message message = wire::peer::Announce{{id}, {}};
  std::shared_ptr<const std::string> line;
  for (auto& [connection, peer] : context_.peers.all()) {
    if (!peer.ready || peer.closing || !peer.known_blocks.insert(id)) continue;
    if (line == nullptr) line = std::make_shared<const std::string>(wire::peer::encode(message));
    context_.out.send(connection, line, message.index());
  }
}

}  // namespace suara::node
