// The genesis: what makes a network that network, as a JSON document with one canonical form.
#pragma once

#include "common/crypto/p256.hpp"
#include "peer-node/chain/block.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace suara::chain {

enum class DifficultyRule : std::uint8_t { kFixed, kLwma };

struct ChainSpec {
  std::string name;
  std::vector<PublicKey> organisers;  ///< whose election transactions count
  std::chrono::milliseconds block_interval{15'000};
  DifficultyRule rule = DifficultyRule::kFixed;
  std::uint32_t initial_bits = 0;  ///< compact target of the first block; of every block under kFixed
  std::uint64_t genesis_time_ms = 0;
  std::uint32_t max_block_size_bytes = 1'000'000;
  std::uint32_t max_record_size_bytes = 1024;
};

/// Keys sorted, no white space, numbers in decimal, binary in lower-case hex: the bytes that are hashed.
std::string canonical_json(const ChainSpec& spec);
NetworkId network_id(const ChainSpec& spec);
/// Reads any JSON spelling of a specification; members missing, mistyped, unknown or out of range are named.
Result<ChainSpec> parse_chain_spec(std::string_view json);

/// The block at height 0: no transactions, previous all zero, work not checked, derived from the specification.
Block genesis_block(const ChainSpec& spec);

/// The built-in throwaway network of `--dev`, and the published key of its only organiser.
const ChainSpec& dev_chain_spec();
const PrivateKey& dev_organiser_key();

}  // namespace suara::chain
