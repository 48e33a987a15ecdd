// Chains to measure with: blocks full of votes and empty ones, at a difficulty that costs nothing.
#pragma once

#include "peer-node/chain/block.hpp"
#include "peer-node/chain/chain_spec.hpp"

#include <cstdint>
#include <vector>

namespace suara::bench {

/// Who votes, and whether anybody is to check it.
enum class Votes : std::uint8_t {
  kSigned,    ///< by a key each
  kUnlooked,  ///< keys and signatures are random bytes: for what comes after the signatures were checked
};

/// A specification with blocks of at most this size.
chain::ChainSpec spec_with_blocks_of(std::uint32_t max_block_size_bytes);

/// Makes blocks on blocks; voters never repeat.
class ChainMaker {
 public:
  explicit ChainMaker(const chain::ChainSpec& spec);

  /// A block that opens the election everybody votes in.
  chain::Block opening(const chain::Header& parent);
  /// As many votes as the specification's block size holds.
  chain::Block full(const chain::Header& parent, Votes votes);
  /// A block of these transactions, and no others.
  [[nodiscard]] static chain::Block of(const chain::Header& parent, std::vector<ledger::Transaction> transactions);
  /// `branch` tells otherwise equal siblings apart.
  [[nodiscard]] chain::Block empty(const chain::Header& parent, std::uint64_t branch = 0) const;

  /// A vote of a new voter.
  ledger::Transaction vote(Votes votes);
  /// That many signed votes, made on all cores.
  std::vector<ledger::Transaction> signed_votes(std::size_t count);
  [[nodiscard]] std::size_t votes_per_block() const;

 private:
  [[nodiscard]] ledger::CastVote statement_of(std::uint64_t voter) const;

  chain::ChainSpec spec_;
  NetworkId network_;
  PrivateKey organiser_;
  ledger::ElectionId election_;
  std::uint64_t voters_ = 0;
};

}  // namespace suara::bench
