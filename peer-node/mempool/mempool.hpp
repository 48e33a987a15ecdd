// Valid transactions waiting for a block, first seen first. Bounded in bytes, in count and per author; when a bound in
// bytes or count is reached, what anybody can sign with a fresh key gives way to what organisers and enrolled voters
// sign (line.hpp).
#pragma once

#include "common/store/store_view.hpp"
#include "common/util/time.hpp"
#include "peer-node/chain/chain_state.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace suara::mempool {

struct Limits {
  std::size_t max_transactions = 100'000;         ///< one more displaces another or is refused: kFull
  std::size_t max_size_bytes = 64 * 1024 * 1024;  ///< likewise
  std::size_t max_per_author = 1'000;             ///< kTooManyOfAuthor; organisers of the specification are exempt
  std::chrono::hours expiry{24};                  ///< then it leaves; counted from when this process first had it
};

/// What does not fit into what is left of a block is passed over; after so many in a row the block is taken for full.
inline constexpr std::size_t kMaxMisfits = 1'000;

/// What left the line by no block of the best chain, and why: RuleError or MempoolError.
struct Dropped {
  ledger::TransactionId id;
  Error why;
};

/// What goes into a block, with the leaves of its Merkle tree.
struct Selection {
  std::vector<ledger::Transaction> transactions;
  std::vector<Hash256> leaves;
};

class MempoolState;

class Mempool {
 public:
  Mempool(const chain::ChainState& chain, Limits limits);
  ~Mempool();

  /// Admission: the ledger's rules against the tip's state and against what waits already (a second vote of a voter
  /// conflicts; statements about an election that waits itself are judged as if it were in). The signature has been
  /// checked by the caller. Errors: RuleError or MempoolError.
  Result<ledger::TransactionId> add(const store::StoreView& view, const ledger::Transaction& transaction, Now now);

  [[nodiscard]] const ledger::Transaction* find(const ledger::TransactionId& id) const;
  /// The transaction that is this leaf of a Merkle tree: of its id and with its signature.
  [[nodiscard]] const ledger::Transaction* find_leaf(const Hash256& leaf) const;
  [[nodiscard]] bool contains(const ledger::TransactionId& id) const { return find(id) != nullptr; }
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t size_bytes() const;
  /// In the order they came, at most `limit`.
  [[nodiscard]] std::vector<ledger::TransactionId> ids(std::size_t limit) const;

  /// After the tip moved: drops what is confirmed or no longer valid, takes back what was disconnected.
  void tip_moved(const store::StoreView& view, const chain::ChainState::Step& step, Now now);
  void expire(Now now);
  /// Since the last call; every call above may add to it. The owner asks after each that may have.
  [[nodiscard]] std::vector<Dropped> take_dropped();

  /// Transactions for the next block in an order in which each is valid, within the specification's block size.
  [[nodiscard]] Selection select(const store::StoreView& view, WallTime block_time) const;

 private:
  std::unique_ptr<MempoolState> state_;
};

}  // namespace suara::mempool
