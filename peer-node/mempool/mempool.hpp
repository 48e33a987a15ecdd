// Valid transactions waiting for a block, first seen first. Bounded in bytes, in count and per author.
#pragma once

#include "common/store/store_view.hpp"
#include "common/util/time.hpp"
#include "peer-node/chain/chain_state.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace suara::mempool {

struct Limits {
  std::size_t max_transactions = 100'000;
  std::size_t max_size_bytes = 64 * 1024 * 1024;
  std::size_t max_per_author = 1'000;  ///< organisers of the specification are exempt
  std::chrono::hours expiry{24};
};

class Mempool {
 public:
  Mempool(const chain::ChainState& chain, Limits limits);
  ~Mempool();

  /// Admission: the ledger's rules against the tip's state and against what waits already (a second vote of a voter
  /// conflicts; statements about an election that waits itself are judged as if it were in). The signature has been
  /// checked by the caller. Errors: RuleError or MempoolError.
  Result<ledger::TransactionId> add(const store::StoreView& view, const ledger::Transaction& transaction, Now now);

  [[nodiscard]] const ledger::Transaction* find(const ledger::TransactionId& id) const;
  [[nodiscard]] bool contains(const ledger::TransactionId& id) const { return find(id) != nullptr; }
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t size_bytes() const;
  /// In the order they came, at most `limit`.
  [[nodiscard]] std::vector<ledger::TransactionId> ids(std::size_t limit) const;

  /// After the tip moved: drops what is confirmed or no longer valid, takes back what was disconnected.
  void tip_moved(const store::StoreView& view, const chain::ChainState::Step& step, Now now);
  void expire(Now now);

  /// Transactions for the next block in an order in which each is valid, within the specification's block size.
  [[nodiscard]] std::vector<ledger::Transaction> select(const store::StoreView& view, WallTime block_time) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace suara::mempool
