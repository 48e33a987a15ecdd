#include "peer-node/node/compact_fetch.hpp"

#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/rule_error.hpp"

#include <algorithm>
#include <utility>

namespace suara::node {

using chain::RuleError;

namespace {

bool has_repeated(std::vector<Hash256> leaves) {
  std::ranges::sort(leaves);
  return std::ranges::adjacent_find(leaves) != leaves.end();
}

}  // namespace

CompactFetch::CompactFetch(Context& context, Chain& chain)
    : context_(context),
      chain_(chain),
      seals_(context, [this](p2p::Peer& peer, const auto& headers) { take(peer, headers.front()); }) {}

void CompactFetch::add_peer(const p2p::Peer& peer) {
  requests_.add_peer(peer.connection, peer.handshake.theirs()->compact);
}

void CompactFetch::remove_peer(ConnectionId peer) {
  seals_.remove_peer(peer);
  requests_.remove_peer(peer);
  std::erase_if(answers_, [&](const auto& entry) { return entry.second.from == peer; });
  std::erase_if(partial_, [&](const auto& entry) { return entry.second.from == peer; });
}

bool CompactFetch::announced(ConnectionId peer, const chain::BlockId& id) {
  return requests_.announced(peer, id, context_.now.instant);
}

void CompactFetch::compact(p2p::Peer& peer, const wire::peer::Compact& message) {
  if (context_.chain == nullptr) return;
  const auto sealed = chain::decode_sealed_header(context_.chain->spec(), message.header);
  if (!sealed) return context_.drop(peer, sealed.error());
  const chain::BlockId id = chain::block_id(sealed->header);
  if (!requests_.answered(peer.connection, id)) return;  // not asked for, or too late
  // Waiting transactions are copied into their places: one large one could be meant for all of them.
  if (has_repeated(message.leaves)) return context_.drop(peer, RuleError::kDuplicateTransaction);
  if (chain::merkle_root(message.leaves) != sealed->header.transactions_root) {
    return context_.drop(peer, RuleError::kBadTransactionsRoot);
  }
  answers_.insert_or_assign(id, Answer{peer.connection, message.leaves});
  if (!chain::lists_miners(context_.chain->spec())) return take(peer, *sealed);
  if (const auto taken = seals_.take(peer, {*sealed}); !taken) context_.drop(peer, taken.error());
}

void CompactFetch::take(p2p::Peer& peer, const chain::SealedHeader& sealed) {
  const chain::BlockId id = chain::block_id(sealed.header);
  const auto found = answers_.find(id);
  if (found == answers_.end() || found->second.from != peer.connection) return;  // somebody else's came after it
  auto answer = answers_.extract(found);
  // What does not lead on is for those who compare whole chains.
  if (sealed.header.height <= context_.chain->tip().height) return requests_.give_up(id);
  if (!context_.chain->find(context_.overlay, id)) {
    const auto taken = chain_.take_header(peer, sealed);
    if (!taken && taken.error() == RuleError::kOrphanHeader) return requests_.give_up(id);
    if (!taken && taken.error() == RuleError::kTimeTooFarAhead) {
      for (const ConnectionId announcer : requests_.settled(id)) chain_.ask_for_headers(announcer, id, true);
      return;
    }
    if (!taken) return context_.drop(peer, taken.error());
  }
  fill(peer, sealed.header, std::move(answer.mapped().leaves));
}

void CompactFetch::fill(p2p::Peer& peer, const chain::Header& header, std::vector<Hash256> leaves) {
  const chain::BlockId id = chain::block_id(header);
  if (partial_.size() >= sync::kMaxPartialBlocks || !chain_.claim(peer.connection, id)) return;
  sync::PartialBlock block(header, std::move(leaves),
                           [&](const Hash256& leaf) { return context_.mempool->find_leaf(leaf); });
  if (block.missing().empty()) return complete(peer, block);
  context_.out.send(peer.connection, wire::peer::GetBlockTransactions{id, block.missing()});
  partial_.insert_or_assign(id, Partial{peer.connection, std::move(block)});
}

void CompactFetch::transactions(p2p::Peer& peer, const wire::peer::BlockTransactions& message) {
  const auto found = partial_.find(chain::BlockId(message.id));
  if (found == partial_.end() || found->second.from != peer.connection) return;  // not asked for, or here by now
  const auto supplied = found->second.block.supply(message.transactions);
  if (!supplied) return context_.drop(peer, supplied.error());
  sync::PartialBlock block = std::move(found->second.block);
  partial_.erase(found);
  complete(peer, block);
}

void CompactFetch::complete(p2p::Peer& peer, sync::PartialBlock& partial) {
  chain::Block block = partial.take();
  const std::size_t size_bytes = chain::encode(block).size();
  chain_.take_body(peer, std::move(block), size_bytes);
}

bool CompactFetch::not_found(ConnectionId peer, const chain::BlockId& id) {
  requests_.failed(peer, id);
  const auto found = partial_.find(id);
  if (found == partial_.end() || found->second.from != peer) return false;
  partial_.erase(found);
  return true;
}

void CompactFetch::drive() {
  for (const auto& [connection, id] : requests_.due(context_.now.instant)) {
    context_.out.send(connection, wire::peer::GetCompact{id});
  }
  for (const auto& [connection, id] : requests_.take_given_up()) chain_.ask_for_headers(connection, id, false);
}

}  // namespace suara::node
