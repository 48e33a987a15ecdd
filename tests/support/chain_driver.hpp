// A ChainState on an in-memory store, one atomic batch an event, as a node drives it.
#pragma once

#include "common/store/memory_store.hpp"
#include "peer-node/chain/chain_state.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/ledger/transaction.hpp"

#include <optional>
#include <string>
#include <vector>

namespace suara::testing {

class ChainDriver {
 public:
  explicit ChainDriver(chain::ChainSpec spec) : spec_(std::move(spec)) { restart(); }

  /// Forgets everything but the store.
  void restart() {
    store::Draft draft(store_);
    chain_.emplace(chain::ChainState::open(spec_, store_, draft));
    store_.apply(draft.take());
  }

  /// A seal is taken as checked.
  Result<chain::ChainState::HeaderVerdict> add_header(const chain::SealedHeader& header) {
    store::Draft draft(store_);
    auto verdict = chain_->add_header(header, now_, draft);
    store_.apply(draft.take());
    return verdict;
  }

  /// What a node does with a body whose header it has: its own rules, signatures, then keep it.
  Result<void> add_body(const chain::Block& block) {
    const auto hashed = chain::HashedBlock::of(block);
    SUARA_TRY(chain_->check_body(*hashed));
    store::Draft draft(store_);
    for (const ledger::Transaction& transaction : block.transactions) {
      if (ledger::signature_holds(transaction, chain_->network())) continue;
      chain_->mark_invalid(chain::block_id(block.header), draft);
      store_.apply(draft.take());
      return Error(chain::RuleError::kBadSignature);
    }
    chain_->add_body(hashed, draft);
    store_.apply(draft.take());
    return {};
  }

  /// All steps there are to make; rejected and refused are gathered.
  chain::ChainState::Step advance() {
    chain::ChainState::Step all;
    bool more = true;
    while (more) {
      auto step = advance_once();
      more = step.more;
      for (auto& block : step.disconnected) all.disconnected.push_back(std::move(block));
      for (auto& block : step.connected) all.connected.push_back(std::move(block));
      for (auto& rejected : step.rejected) all.rejected.push_back(std::move(rejected));
      for (auto& refused : step.refused) all.refused.push_back(refused);
    }
    return all;
  }

  chain::ChainState::Step advance_once() {
    store::Draft draft(store_);
    auto step = chain_->advance(draft);
    store_.apply(draft.take());
    return step;
  }

  /// Header, body and advance; the first error on the way. A seal is taken as checked.
  Result<void> add(const chain::Block& block, std::optional<chain::Seal> seal = std::nullopt) {
    SUARA_TRY(add_header({block.header, seal}));
    SUARA_TRY(add_body(block));
    const auto step = advance();
    for (const auto& rejected : step.rejected) {
      if (rejected.id == chain::block_id(block.header)) return rejected.error;
    }
    return {};
  }

  [[nodiscard]] const chain::ChainState& chain() const { return *chain_; }
  [[nodiscard]] chain::ChainState& chain() { return *chain_; }
  [[nodiscard]] const store::MemoryStore& store() const { return store_; }
  [[nodiscard]] chain::Header genesis() const { return chain::genesis_block(spec_).header; }
  void set_now(std::uint64_t unix_ms) { now_ = from_unix_ms(unix_ms); }

 private:
  chain::ChainSpec spec_;
  store::MemoryStore store_;
  std::optional<chain::ChainState> chain_;
  WallTime now_ = from_unix_ms(2'000'000'000);
};

/// Everything a family holds, in key order.
inline std::vector<std::pair<std::string, std::string>> contents(const store::StoreView& view, store::Family family) {
  std::vector<std::pair<std::string, std::string>> rows;
  view.scan(family, {}, [&](std::string_view key, std::string_view value) {
    rows.emplace_back(key, value);
    return true;
  });
  return rows;
}

}  // namespace suara::testing
