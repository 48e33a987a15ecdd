#include "peer-node/node/serving.hpp"

#include "common/wire/limits.hpp"
#include "peer-node/chain/block_view.hpp"
#include "peer-node/node/node_error.hpp"

namespace suara::node {
namespace {

/// Answers gathered while a peer's queue is worked off.
struct Answers {
  wire::peer::Transactions transactions;
  std::size_t transactions_bytes = 0;
  wire::peer::NotFound not_found;

  [[nodiscard]] bool transactions_full() const {
    return transactions_bytes >= p2p::kTransactionsMessageSizeBytes ||
           transactions.transactions.size() >= wire::kMaxTransactionsPerRequest;
  }
};

}  // namespace

void Serving::headers_asked(const p2p::Peer& peer, const wire::peer::GetHeaders& request) {
  wire::peer::Headers answer;
  if (context_.chain != nullptr) {
    std::vector<chain::BlockId> locator;
    for (const Hash256& id : request.locator) locator.emplace_back(id);
    for (const chain::SealedHeader& header :
         context_.chain->headers_after(context_.overlay.durable(), locator, wire::kMaxHeadersPerMessage)) {
      const Bytes bytes = chain::encode(header);
      answer.bytes.insert(answer.bytes.end(), bytes.begin(), bytes.end());
    }
  }
  context_.out.send(peer.connection, answer);
}

void Serving::blocks_asked(p2p::Peer& peer, const std::vector<Hash256>& ids) {
  if (!peer.serve.push(p2p::ServeQueue::Kind::kBlock, ids)) return context_.drop(peer, NodeError::kAsksTooMuch);
  pump(peer);
}

void Serving::transactions_asked(p2p::Peer& peer, const std::vector<Hash256>& ids) {
  if (!peer.serve.push(p2p::ServeQueue::Kind::kTransaction, ids)) return context_.drop(peer, NodeError::kAsksTooMuch);
  pump(peer);
}

void Serving::spec_asked(const p2p::Peer& peer) {
  if (context_.chain == nullptr) return;
  context_.out.send(peer.connection, wire::peer::Spec{chain::canonical_json(context_.chain->spec())});
}

void Serving::pong(p2p::Peer& peer, std::uint64_t nonce) {
  peer.serve.pong(nonce);
  pump(peer);
}

void Serving::pump(p2p::Peer& peer) {
  Answers answers;
  const auto flush_transactions = [&] {
    if (answers.transactions.transactions.empty()) return;
    peer.serve.sent(context_.out.send(peer.connection, answers.transactions));
    answers.transactions.transactions.clear();
    answers.transactions_bytes = 0;
  };
  while (const auto item = peer.serve.next()) {
    if (item->kind == p2p::ServeQueue::Kind::kBlock) {
      const auto block = chain::BlockView::find(context_.overlay.durable(), chain::BlockId(item->id));
      if (block) {
        peer.serve.sent(context_.out.send(
            peer.connection, wire::peer::BlockBody{Bytes(block->encoded().begin(), block->encoded().end())}));
        peer.known_blocks.insert(item->id);
      } else {
        answers.not_found.blocks.push_back(item->id);
      }
      continue;
    }
    const ledger::Transaction* transaction =
        context_.mempool == nullptr ? nullptr : context_.mempool->find(ledger::TransactionId(item->id));
    if (transaction == nullptr) {
      answers.not_found.transactions.push_back(item->id);
      continue;
    }
    answers.transactions.transactions.push_back(ledger::encode(*transaction));
    answers.transactions_bytes += answers.transactions.transactions.back().size();
    peer.known_transactions.insert(item->id);
    if (answers.transactions_full()) flush_transactions();
  }
  flush_transactions();
  if (!answers.not_found.blocks.empty() || !answers.not_found.transactions.empty()) {
    context_.out.send(peer.connection, answers.not_found);
  }
  if (peer.serve.wants_ping()) {
    const std::uint64_t nonce = peer.next_ping++;
    peer.serve.ping_sent(nonce);
    context_.out.send(peer.connection, wire::peer::Ping{nonce});
  }
}

}  // namespace suara::node
