#include "peer-node/node/serving.hpp"

#include "common/wire/limits.hpp"
#include "peer-node/chain/block_view.hpp"
#include "peer-node/node/node_error.hpp"

#include <utility>

namespace suara::node {

using p2p::ServeQueue;

/// Gathered while a peer's queue is worked off.
struct Serving::Answers {
  wire::peer::Transactions transactions;
  std::size_t transactions_bytes = 0;
  wire::peer::NotFound not_found;
};

// -- questions ---------------------------------------------------------------------------------------------------

void Serving::asked(p2p::Peer& peer, const wire::peer::GetHeaders& request) {
  line_up(peer, {ServeQueue::Headers{request.locator}});
}

void Serving::asked(p2p::Peer& peer, const wire::peer::GetBlocks& request) {
  std::vector<ServeQueue::Item> items;
  for (const Hash256& id : request.ids) items.emplace_back(ServeQueue::Block{id});
  line_up(peer, items);
}

void Serving::asked(p2p::Peer& peer, const wire::peer::GetCompact& request) {
  line_up(peer, {ServeQueue::Compact{request.id}});
}

void Serving::asked(p2p::Peer& peer, const wire::peer::GetBlockTransactions& request) {
  line_up(peer, {ServeQueue::BlockTransactions{request.id, request.indexes}});
}

void Serving::asked(p2p::Peer& peer, const wire::peer::GetTransactions& request) {
  std::vector<ServeQueue::Item> items;
  for (const Hash256& id : request.ids) items.emplace_back(ServeQueue::Transaction{id});
  line_up(peer, items);
}

void Serving::spec_asked(const p2p::Peer& peer) {
  if (context_.chain == nullptr) return;
  context_.out.send(peer.connection, wire::peer::Spec{chain::canonical_json(context_.chain->spec())});
}

void Serving::pong(p2p::Peer& peer, std::uint64_t nonce) {
  peer.serve.pong(nonce);
  pump(peer);
}

// -- answers, as far as the window goes --------------------------------------------------------------------------

void Serving::line_up(p2p::Peer& peer, const std::vector<ServeQueue::Item>& items) {
  for (const ServeQueue::Item& item : items) {
    if (!peer.serve.push(item)) return context_.drop(peer, NodeError::kAsksTooMuch);
  }
  pump(peer);
}

void Serving::pump(p2p::Peer& peer) {
  Answers answers;
  while (const auto item = peer.serve.next()) {
    std::visit([&](const auto& typed) { answer(peer, typed, answers); }, *item);
    if (peer.closing) return;
  }
  flush_transactions(peer, answers);
  if (!answers.not_found.blocks.empty() || !answers.not_found.transactions.empty()) {
    context_.out.send(peer.connection, answers.not_found);
  }
  if (peer.serve.wants_ping()) {
    const std::uint64_t nonce = peer.next_ping++;
    peer.serve.ping_sent(nonce);
    context_.out.send(peer.connection, wire::peer::Ping{nonce});
  }
}

void Serving::answer(p2p::Peer& peer, const ServeQueue::Headers& item, Answers&) {
  peer.serve.sent(context_.out.send(peer.connection, headers_after(item.locator)));
}

wire::peer::Headers Serving::headers_after(const std::vector<Hash256>& locator) const {
  wire::peer::Headers message;
  if (context_.chain == nullptr) return message;
  const store::StoreView& durable = context_.overlay.durable();
  std::vector<chain::BlockId> ids;
  for (const Hash256& id : locator) ids.emplace_back(id);
  auto headers = context_.chain->headers_after(durable, ids, wire::kMaxHeadersPerMessage);
  // Who was told of a block that is being passed on must be able to get it.
  const auto tip = chain::stored_tip(durable);
  const bool to_the_tip = tip && (headers.empty() || chain::block_id(headers.back().header) == tip->id);
  const RecentBlocks::Recent* passing = to_the_tip ? context_.recent.child_of(tip->id) : nullptr;
  while (passing != nullptr && headers.size() < wire::kMaxHeadersPerMessage) {
    headers.push_back(passing->header);
    passing = context_.recent.child_of(passing->id);
  }
  for (const chain::SealedHeader& header : headers) {
    const Bytes bytes = chain::encode(header);
    message.bytes.insert(message.bytes.end(), bytes.begin(), bytes.end());
  }
  return message;
}

void Serving::answer(p2p::Peer& peer, const ServeQueue::Compact& item, Answers& answers) {
  const auto line = context_.recent.compact_line(chain::BlockId(item.id));
  if (line == nullptr) return answers.not_found.blocks.push_back(item.id);
  context_.out.send(peer.connection, line, wire::peer::Message(wire::peer::Compact{}).index());
  peer.serve.sent(line->size());
  peer.known_blocks.insert(item.id);
}

void Serving::answer(p2p::Peer& peer, const ServeQueue::BlockTransactions& item, Answers& answers) {
  const RecentBlocks::Recent* recent = context_.recent.find(chain::BlockId(item.id));
  if (recent == nullptr) return answers.not_found.blocks.push_back(item.id);
  const auto& transactions = recent->block->transactions();
  wire::peer::BlockTransactions message{item.id, {}};
  for (const std::uint32_t place : item.indexes) {
    if (place >= transactions.size()) return context_.drop(peer, NodeError::kNoSuchTransaction);
    message.transactions.push_back(ledger::encode(transactions[place]));
  }
  peer.serve.sent(context_.out.send(peer.connection, message));
}

void Serving::answer(p2p::Peer& peer, const ServeQueue::Block& item, Answers& answers) {
  Bytes bytes;
  const chain::BlockId id(item.id);
  if (const auto block = chain::BlockView::find(context_.overlay.durable(), id)) {
    bytes.assign(block->encoded().begin(), block->encoded().end());
  } else if (const RecentBlocks::Recent* passing = context_.recent.find(id)) {
    const ByteView encoded = as_bytes(passing->block->encoded());
    bytes.assign(encoded.begin(), encoded.end());
  } else {
    return answers.not_found.blocks.push_back(item.id);
  }
  peer.serve.sent(context_.out.send(peer.connection, wire::peer::BlockBody{std::move(bytes)}));
  peer.known_blocks.insert(item.id);
}

void Serving::answer(p2p::Peer& peer, const ServeQueue::Transaction& item, Answers& answers) {
  const ledger::Transaction* transaction =
      context_.mempool == nullptr ? nullptr : context_.mempool->find(ledger::TransactionId(item.id));
  if (transaction == nullptr) return answers.not_found.transactions.push_back(item.id);
  std::vector<Bytes>& transactions = answers.transactions.transactions;
  transactions.push_back(ledger::encode(*transaction));
  answers.transactions_bytes += transactions.back().size();
  peer.known_transactions.insert(item.id);
  if (answers.transactions_bytes >= p2p::kTransactionsMessageSizeBytes ||
      transactions.size() >= wire::kMaxTransactionsPerRequest) {
    flush_transactions(peer, answers);
  }
}

void Serving::flush_transactions(p2p::Peer& peer, Answers& answers) {
  if (answers.transactions.transactions.empty()) return;
  peer.serve.sent(context_.out.send(peer.connection, answers.transactions));
  answers.transactions.transactions.clear();
  answers.transactions_bytes = 0;
}

}  // namespace suara::node
