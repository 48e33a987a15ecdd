#include "peer-node/node/mempool_journal.hpp"

#include "peer-node/store/schema.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace suara::node {
namespace {

struct Waiting {
  std::string key;
  ledger::Transaction transaction;
};

std::uint64_t arrival_of(std::string_view key) {
  std::uint64_t arrival = 0;
  for (const char byte : key) arrival = arrival << 8 | static_cast<unsigned char>(byte);
  return arrival;
}

std::string arrival_key(std::uint64_t arrival) { return node_store::height_key(arrival); }

}  // namespace

void MempoolJournal::load(const store::StoreView& view, mempool::Mempool& mempool, Now now, store::Draft& draft) {
  std::vector<Waiting> waiting;
  view.scan(node_store::kMempool, {}, [&](std::string_view key, std::string_view value) {
    next_arrival_ = arrival_of(key) + 1;
    auto transaction = ledger::decode_transaction(as_bytes(value));
    if (transaction) {
      waiting.push_back({std::string(key), std::move(*transaction)});
    } else {
      draft.remove(node_store::kMempool, key);
    }
    return true;
  });
  // After a reorganisation a vote may stand before the opening of its election: again, as long as that helps.
  for (bool progress = true; progress && !waiting.empty();) {
    progress = false;
    std::vector<Waiting> refused;
    for (Waiting& entry : waiting) {
      const auto admitted = mempool.add(view, entry.transaction, now);
      if (admitted) {
        arrivals_.emplace(*admitted, arrival_of(entry.key));
        progress = true;
      } else {
        refused.push_back(std::move(entry));
      }
    }
    waiting = std::move(refused);
  }
  for (const Waiting& entry : waiting) draft.remove(node_store::kMempool, entry.key);
  for (const mempool::Dropped& dropped : mempool.take_dropped()) forget(dropped.id, draft);
}

void MempoolJournal::add(const ledger::Transaction& transaction, store::Draft& draft) {
  if (!arrivals_.emplace(ledger::transaction_id(transaction), next_arrival_).second) return;
  draft.put(node_store::kMempool, arrival_key(next_arrival_++), std::string(as_text(ledger::encode(transaction))));
}

void MempoolJournal::take(const chain::ChainState::Step& step, store::Draft& draft) {
  for (auto block = step.disconnected.rbegin(); block != step.disconnected.rend(); ++block) {
    for (const ledger::Transaction& transaction : block->transactions) add(transaction, draft);
  }
  for (const chain::HashedBlockPtr& block : step.connected) {
    for (const ledger::TransactionId& id : block->transaction_ids()) forget(id, draft);
  }
}

void MempoolJournal::forget(const ledger::TransactionId& id, store::Draft& draft) {
  const auto arrival = arrivals_.extract(id);
  if (!arrival.empty()) draft.remove(node_store::kMempool, arrival_key(arrival.mapped()));
}

}  // namespace suara::node
