// A chain on a real database, driven as the node drives it: every event reads what is durable and what is on its way
// there, and leaves one batch, which the store's writer commits with all others that wait.
#pragma once

#include "common/shell/rocks_store.hpp"
#include "common/store/draft.hpp"
#include "common/store/overlay.hpp"
#include "peer-node/chain/chain_state.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace suara::bench {

class DurableChain {
 public:
  /// Makes the database, or opens what was made in this folder before.
  DurableChain(chain::ChainSpec spec, const std::string& folder);
  ~DurableChain();
  DurableChain(const DurableChain&) = delete;
  DurableChain& operator=(const DurableChain&) = delete;

  [[nodiscard]] const chain::ChainState& chain() const { return *chain_; }
  [[nodiscard]] const store::StoreView& view() const { return overlay_; }

  /// As an answer to get_headers: one batch.
  void take_headers(const std::vector<chain::Header>& headers);
  /// As a body whose signatures were checked: it is kept and connected, in one batch. A block that does not become the
  /// tip, or not yet, is only kept.
  void take_body(const chain::Block& block);
  /// Until all is durable.
  void settle();

 private:
  void commit(store::Draft& draft);
  void take_stored();

  shell::Reactor reactor_;
  std::thread loop_;
  std::atomic<std::uint64_t> stored_{0};
  std::uint64_t last_ = 0;  // the token of the newest batch
  std::uint64_t seen_ = 0;  // stored, and no longer in the overlay
  std::unique_ptr<shell::RocksStore> store_;
  store::Overlay overlay_;
  std::optional<chain::ChainState> chain_;
};

}  // namespace suara::bench
