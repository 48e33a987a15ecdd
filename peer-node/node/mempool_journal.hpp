// The mempool's copy on disk, so that an accepted vote is not lost with the process that accepted it. One entry for
// each transaction that waits, in order of arrival (store family kMempool).
#pragma once

#include "peer-node/mempool/mempool.hpp"

#include <cstdint>
#include <map>

namespace suara::node {

/// Bounded as the mempool is.
class MempoolJournal {
 public:
  /// Puts what waited in the last life into `mempool`. What does not hold on this tip is forgotten, as is damage.
  void load(const store::StoreView& view, mempool::Mempool& mempool, Now now, store::Draft& draft);

  void add(const ledger::Transaction& transaction, store::Draft& draft);
  /// Into the same draft as the step: what loses its block is kept, what gains one need not be.
  void take(const chain::ChainState::Step& step, store::Draft& draft);
  void forget(const ledger::TransactionId& id, store::Draft& draft);

 private:
  std::map<ledger::TransactionId, std::uint64_t> arrivals_;  // of what is on disk
  std::uint64_t next_arrival_ = 0;
};

}  // namespace suara::node
