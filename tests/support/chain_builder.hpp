// Chains for tests: a network where blocks cost next to nothing, and blocks mined on any parent, valid unless told
// otherwise.
#pragma once

#include "peer-node/chain/chain_spec.hpp"
#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/seal.hpp"
#include "peer-node/chain/work.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace suara::testing {

inline const PrivateKey& organiser_key() {
  static const PrivateKey key = PrivateKey::from_seed("test organiser");
  return key;
}

/// Voter `number`, the same key every time.
inline PrivateKey voter_key(std::uint64_t number) {
  return PrivateKey::from_seed("test voter " + std::to_string(number));
}

/// Two leading zero bits, a block a second, the organiser above; genesis at 1,000,000 s.
inline chain::ChainSpec easy_spec(unsigned leading_zero_bits = 2) {
  chain::ChainSpec spec;
  spec.name = "test";
  spec.organisers = {organiser_key().public_key()};
  spec.block_interval = std::chrono::seconds(1);
  spec.initial_bits = chain::bits_of_leading_zeros(leading_zero_bits);
  spec.genesis_time_ms = 1'000'000'000;
  return spec;
}

/// Miner `number` of permissioned_spec, the same key every time.
inline PrivateKey miner_key(std::size_t number) {
  return PrivateKey::from_seed("test miner " + std::to_string(number));
}

/// The easy network, but only the miners 0 and 1 may mine.
inline chain::ChainSpec permissioned_spec() {
  chain::ChainSpec spec = easy_spec();
  spec.miners = {miner_key(0).public_key(), miner_key(1).public_key()};
  return spec;
}

/// The header with a miner's seal.
inline chain::SealedHeader sealed(const chain::ChainSpec& spec, const chain::Header& header, std::size_t miner = 0) {
  return {header, chain::make_seal(miner_key(miner), chain::network_id(spec), chain::block_id(header))};
}

/// Searches the nonce, from the one the header has; leaves a header whose bits are no target as it is. Low difficulties
/// only.
inline void mine(chain::Header& header) {
  const auto target = chain::target_of(header.bits);
  while (target && !chain::meets_target(chain::block_id(header), *target)) ++header.nonce;
}

/// A mined block on `parent`: the parent's target, one second later. `change` may spoil the header before it is mined;
/// the root is already set. `first_nonce` tells otherwise equal siblings apart.
inline chain::Block mine_block(const chain::Header& parent, std::vector<ledger::Transaction> transactions = {},
                               const std::function<void(chain::Header&)>& change = {}, std::uint64_t first_nonce = 0) {
  chain::Block block{{}, std::move(transactions)};
  block.header.height = parent.height + 1;
  block.header.previous = chain::block_id(parent);
  block.header.transactions_root = chain::transactions_root(block.transactions);
  block.header.time_ms = parent.time_ms + 1000;
  block.header.bits = parent.bits;
  block.header.nonce = first_nonce;
  if (change) change(block.header);
  mine(block.header);
  return block;
}

/// `count` empty blocks, the first on `parent`.
inline std::vector<chain::Block> mine_chain(const chain::Header& parent, std::size_t count,
                                            std::uint64_t first_nonce = 0) {
  std::vector<chain::Block> blocks;
  for (std::size_t i = 0; i < count; ++i) {
    blocks.push_back(mine_block(blocks.empty() ? parent : blocks.back().header, {}, {}, first_nonce));
  }
  return blocks;
}

inline ledger::Transaction record(const chain::ChainSpec& spec, const PrivateKey& author, std::uint64_t nonce,
                                  std::string data = "record") {
  return ledger::sign(author, chain::network_id(spec), ledger::Record{nonce, std::move(data)});
}

inline ledger::Transaction open_election(const chain::ChainSpec& spec, std::vector<std::string> candidates,
                                         std::uint64_t opens_at_ms, std::uint64_t closes_at_ms,
                                         std::string title = "Mayor") {
  return ledger::sign(organiser_key(), chain::network_id(spec),
                      ledger::OpenElection{std::move(title), std::move(candidates), ledger::Electorate::kOpen,
                                           opens_at_ms, closes_at_ms});
}

inline ledger::Transaction vote(const chain::ChainSpec& spec, const PrivateKey& voter,
                                const ledger::ElectionId& election, std::uint16_t candidate) {
  return ledger::sign(voter, chain::network_id(spec), ledger::CastVote{election, candidate});
}

inline ledger::ElectionId election_id(const ledger::Transaction& open) {
  return ledger::ElectionId(ledger::transaction_id(open));
}

}  // namespace suara::testing
