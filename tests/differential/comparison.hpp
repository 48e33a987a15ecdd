// The product, ChainState over a store, and its naive twin are told the same and asked the same.
#pragma once

#include "common/store/memory_store.hpp"
#include "peer-node/chain/chain_state.hpp"
#include "peer-node/ledger/ledger.hpp"
#include "tests/differential/random_blocks.hpp"

#include <array>
#include <string>

namespace suara::differential {

/// How often what happened, over as many runs as one likes.
struct Coverage {
  std::map<RuleError, std::uint64_t> errors;
  std::uint64_t reorganisations = 0;  ///< that took back two blocks or more
  std::uint64_t rejected = 0;         ///< blocks that broke a rule of the ledger
  std::uint64_t refused = 0;          ///< branches that go back too far
  std::uint64_t late_bodies = 0;      ///< that came after a child's
  std::uint64_t restarts = 0;
  std::uint64_t ties = 0;  ///< tips as good as ours
};

class Comparison {
 public:
  Comparison(const Network& network, Rng& rng, Coverage& coverage);

  /// All the blocks' headers and bodies, in random order, some of them mutilated, with restarts in between. What the
  /// product and the twin differ in; empty if in nothing.
  std::string run(const std::vector<chain::Block>& blocks);
  /// Likewise in order, without accidents.
  std::string run_in_order(const std::vector<chain::Block>& blocks);

 private:
  using Answer = std::optional<RuleError>;

  void give_something(const std::vector<chain::Block>& blocks);
  void give_header(const chain::Header& header);
  void give_body(const chain::Block& block);
  void give_mutilated(const chain::Block& block);
  void give_bytes(const std::string& bytes, Answer cannot_decode = std::nullopt);
  Answer product_body(const chain::Block& block);
  void advance();
  void restart();

  void compare_answers(const std::string& what, const std::optional<Error>& product, Answer twin);
  void compare_step(const chain::ChainState::Step& step, const NaiveChain::Moved& moved);
  void compare_chain();
  void compare_entries();
  void compare_ledger();
  void compare_election(const ledger::ElectionState& state);
  [[nodiscard]] std::size_t rows(store::Family family) const;
  void expect(bool holds, const std::string& what);

  const Network& network_;
  Rng& rng_;
  Coverage& coverage_;
  store::MemoryStore store_;
  std::optional<chain::ChainState> product_;
  NaiveChain twin_;
  std::uint64_t now_ms_ = kFirstNowMs;
  std::string difference_;
};

}  // namespace suara::differential
