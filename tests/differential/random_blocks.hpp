// Random trees of blocks on a small network: a few elections, voters and organisers that agree, repeat and contradict
// each other, and blocks that break every rule there is. Rules are looked up in the naive twin; nothing here asks the
// product.
#pragma once

#include "common/util/rng.hpp"
#include "tests/differential/naive_chain.hpp"

namespace suara::differential {

/// A specification and what its people have signed; made once, because signing is what takes the time.
class Network {
 public:
  explicit Network(chain::DifficultyRule rule);

  [[nodiscard]] const chain::ChainSpec& spec() const { return spec_; }
  /// Each fine by itself, few of them fine everywhere.
  [[nodiscard]] const std::vector<ledger::Transaction>& statements() const { return statements_; }
  /// Four that do not fit into one block.
  [[nodiscard]] const std::vector<ledger::Transaction>& large() const { return large_; }
  /// Each breaks a rule by itself.
  [[nodiscard]] const std::vector<ledger::Transaction>& broken() const { return broken_; }
  /// Remembered, because every seed asks again.
  [[nodiscard]] bool signature_holds(const ledger::Transaction& transaction) const;

 private:
  void sign_elections();
  void sign_votes();
  void sign_broken();
  ledger::Transaction sign(const PrivateKey& author, ledger::Statement statement) const;

  chain::ChainSpec spec_;
  NetworkId id_;
  std::vector<ledger::ElectionId> elections_;
  std::vector<ledger::Transaction> statements_;
  std::vector<ledger::Transaction> large_;
  std::vector<ledger::Transaction> broken_;
  mutable std::map<std::string, bool> holds_;
};

/// What time it is when the blocks begin to arrive.
inline constexpr std::uint64_t kFirstNowMs = 1'000'000'000 + 30'000;

class RandomBlocks {
 public:
  /// `size` blocks on genesis and on each other, parents before children.
  RandomBlocks(const Network& network, Rng& rng, std::size_t size);
  /// Two valid branches from near genesis: one of `length` blocks, and one, made afterwards, that outdoes it.
  static RandomBlocks two_long_branches(const Network& network, Rng& rng, std::size_t length);

  [[nodiscard]] const std::vector<chain::Block>& blocks() const { return blocks_; }

 private:
  enum class Spoil : std::uint8_t {
    kNothing,
    kVersion,
    kHeight,
    kBits,
    kWork,
    kOldTime,
    kFarTime,
    kTwice,
    kTooLarge,
    kBrokenStatement,
    kForgedSignature,
  };
  static constexpr std::uint64_t kSpoils = 11;

  RandomBlocks(const Network& network, Rng& rng);
  void grow(std::size_t parent, Spoil spoil);
  std::vector<ledger::Transaction> choose(NaiveLedger& ledger, const chain::Header& header, Spoil spoil);
  void seal(chain::Header& header, std::uint32_t required_bits, Spoil spoil);

  const Network& network_;
  Rng& rng_;
  NaiveChain chain_;                  // of the headers that keep the rules
  std::vector<NaiveLedger> ledgers_;  // after each of its entries, as far as it keeps the rules
  std::vector<chain::Block> blocks_;
  bool only_valid_ = false;
};

}  // namespace suara::differential
