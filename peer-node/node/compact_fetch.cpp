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
  requests_.add_peer(peer.connection, {.answers = peer.handshake.theirs()->compact, .dialed = !peer.inbound()});
}

void CompactFetch::remove_peer(ConnectionId peer) {
  seals_.remove_peer(peer);
  requests_.remove_peer(peer);
  std::erase_if(answers_, [&](const auto& entry) { return entry.first.second == peer; });
  std::erase_if(partial_, [&](const Partial& partial) { return partial.from == peer; });
  std::erase_if(questions_, [&](const Question& question) { return question.of == peer; });
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
  answers_.insert_or_assign({id, peer.connection}, message.leaves);
  if (!chain::lists_miners(context_.chain->spec())) return take(peer, *sealed);
  if (const auto taken = seals_.take(peer, {*sealed}); !taken) context_.drop(peer, taken.error());
}

void CompactFetch::take(p2p::Peer& peer, const chain::SealedHeader& sealed) {
  const chain::BlockId id = chain::block_id(sealed.header);
  auto answer = answers_.extract({id, peer.connection});
  if (answer.empty()) return;
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
  fill(peer, sealed.header, std::move(answer.mapped()));
}

void CompactFetch::fill(p2p::Peer& peer, const chain::Header& header, std::vector<Hash256> leaves) {
  const chain::BlockId id = chain::block_id(header);
  if (!chain_.claim(peer.connection, id)) return;
  sync::PartialBlock block(header, std::move(leaves),
                           [&](const Hash256& leaf) { return context_.mempool->find_leaf(leaf); });
  if (block.missing().empty()) return complete(peer, block);
  if (!may_ask_for(block.missing().size(), peer.connection)) return chain_.give_back(peer.connection, id);
  body_settled(id);  // what another was to supply for it, and did not
  if (partial_.size() >= sync::kMaxPartialBlocks) {
    chain_.give_back(partial_.front().from, partial_.front().id);
    partial_.pop_front();
  }
  context_.out.send(peer.connection, wire::peer::GetBlockTransactions{id, block.missing()});
  questions_.push_back({id, peer.connection, block.missing().size()});
  partial_.push_back({id, peer.connection, std::move(block)});
}

// The other end counts what waits, whether it is still of use here or not.
bool CompactFetch::may_ask_for(std::size_t places, ConnectionId of) const {
  std::size_t open = 0;
  for (const Question& question : questions_) {
    if (question.of != of) continue;
    ++open;
    places += question.places;
  }
  return open < sync::kMaxPartialBlocks && places <= sync::kMaxPlacesInFlight;
}

std::optional<sync::PartialBlock> CompactFetch::take_asked(ConnectionId peer, const chain::BlockId& id) {
  const auto is_of = [&](const Question& question) { return question.id == id && question.of == peer; };
  if (const auto question = std::ranges::find_if(questions_, is_of); question != questions_.end()) {
    questions_.erase(question);
  }
  const auto found = std::ranges::find(partial_, id, &Partial::id);
  if (found == partial_.end() || found->from != peer) return std::nullopt;
  std::optional block = std::move(found->block);
  partial_.erase(found);
  return block;
}

void CompactFetch::body_settled(const chain::BlockId& id) {
  std::erase_if(partial_, [&](const Partial& partial) { return partial.id == id; });
}

void CompactFetch::transactions(p2p::Peer& peer, const wire::peer::BlockTransactions& message) {
  auto block = take_asked(peer.connection, chain::BlockId(message.id));
  if (!block) return;  // not asked for, or here by now
  const auto supplied = block->supply(message.transactions);
  if (!supplied) return context_.drop(peer, supplied.error());
  complete(peer, *block);
}

void CompactFetch::complete(p2p::Peer& peer, sync::PartialBlock& partial) {
  chain_.take_body(peer, chain::HashedBlock::of(partial.take()));
}

bool CompactFetch::not_found(ConnectionId peer, const chain::BlockId& id) {
  requests_.failed(peer, id);
  if (!take_asked(peer, id)) return false;
  chain_.give_back(peer, id);
  return true;
}

void CompactFetch::drive() {
  for (const auto& [connection, id] : requests_.due(context_.now.instant)) {
    context_.out.send(connection, wire::peer::GetCompact{id});
  }
  for (const auto& [connection, id] : requests_.take_given_up()) chain_.ask_for_headers(connection, id, false);
}

}  // namespace suara::node
