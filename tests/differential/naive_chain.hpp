// ChainState's naive twin: every header and body it was ever given in one list, every question answered by looking at
// all of it, the ledger replayed from genesis whenever the tip could move.
#pragma once

#include "tests/differential/naive_ledger.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <functional>
#include <set>

namespace suara::differential {

using Number = boost::multiprecision::cpp_int;

class NaiveChain {
 public:
  /// Of any length, unlike the node's own: whether a signature holds is no question of the chain's.
  using SignatureHolds = std::function<bool(const ledger::Transaction&)>;

  NaiveChain(const chain::ChainSpec& spec, SignatureHolds holds);

  struct Entry {
    chain::Header header;
    chain::BlockId id;
    std::size_t parent = 0;  ///< genesis is its own
    Number work;             ///< accumulated
    std::optional<chain::Block> body;
    bool invalid = false;
    bool refused = false;
  };
  /// In the order they came, genesis first.
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] std::optional<std::size_t> find(const chain::BlockId& id) const;
  /// From genesis to this one.
  [[nodiscard]] std::vector<std::size_t> path(std::size_t entry) const;

  [[nodiscard]] std::optional<RuleError> add_header(const chain::Header& header, std::uint64_t now_ms);
  /// A body that has been decoded. One whose header is not known, or that there is already, is ignored.
  [[nodiscard]] std::optional<RuleError> add_body(const chain::Block& block);

  struct Moved {
    std::vector<std::size_t> disconnected;  ///< tip first
    std::vector<std::size_t> connected;     ///< lowest first
    std::map<chain::BlockId, RuleError> rejected;
    std::set<chain::BlockId> refused;
  };
  Moved advance();

  [[nodiscard]] std::size_t tip() const { return tip_; }
  [[nodiscard]] std::size_t best_header() const;
  [[nodiscard]] bool contested() const;
  /// At the tip.
  [[nodiscard]] const NaiveLedger& ledger() const { return ledger_; }

  // -- the difficulty rule and times, for whoever makes blocks --

  [[nodiscard]] std::uint32_t required_bits(std::size_t parent) const;
  [[nodiscard]] std::uint64_t median_time_ms(std::size_t parent) const;

 private:
  struct Replayed {
    NaiveLedger ledger;
    std::optional<std::pair<std::size_t, RuleError>> broken;  // the first block that breaks a rule
  };
  [[nodiscard]] Replayed replay(std::size_t to) const;
  [[nodiscard]] std::optional<std::size_t> best_complete() const;
  /// The first block on the way to `entry` that is not on the tip's chain.
  [[nodiscard]] std::size_t first_off_chain(std::size_t entry) const;
  [[nodiscard]] bool goes_back_too_far(std::size_t first) const;
  void flag(std::size_t entry, bool Entry::* which);

  const chain::ChainSpec& spec_;
  SignatureHolds holds_;
  std::vector<Entry> entries_;
  std::size_t tip_ = 0;
  NaiveLedger ledger_;
};

/// The target that `bits` stands for; nothing unless it is the one form of a target.
std::optional<Number> target_of(std::uint32_t bits);
[[nodiscard]] bool is_below(const chain::BlockId& id, const Number& target);

}  // namespace suara::differential
