// The genesis: what makes a network that network, as a JSON document with one canonical form.
#pragma once

#include "common/crypto/p256.hpp"
#include "peer-node/chain/block.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace suara::chain {

enum class DifficultyRule : std::uint8_t { kFixed, kLwma };

/// What can be wrong with a specification's text; the detail names the member.
enum class SpecError {
  kTooLarge,
  kNotJson,
  kNotAnObject,
  kMissingMember,
  kUnknownMember,
  kWrongType,
  kOutOfRange,
  kBadKey,
};
ErrorText describe(SpecError error);

struct ChainSpec {
  std::string name;
  std::vector<PublicKey> organisers;  ///< whose election transactions count
  std::vector<PublicKey> miners;      ///< who may mine, see seal.hpp; empty: anybody (an open network)
  std::chrono::milliseconds block_interval{15'000};
  DifficultyRule rule = DifficultyRule::kFixed;
  std::uint32_t initial_bits = 0;  ///< compact target of the first block; of every block under kFixed
  std::uint64_t genesis_time_ms = 0;
  std::uint32_t max_block_size_bytes = 1'000'000;
  std::uint32_t max_record_size_bytes = 1024;
};

/// {"block_interval_ms","difficulty_rule":"fixed"|"lwma","genesis_time_ms","initial_bits","max_block_size_bytes",
/// "max_record_size_bytes","miners","name","organisers"}: keys sorted, no white space, numbers in decimal, miners,
/// organisers and initial_bits (8 digits, most significant first) in lower-case hex. `miners` is left out when there
/// are none: one form, and the ids of networks older than the member stand. These bytes are hashed.
std::string canonical_json(const ChainSpec& spec);
NetworkId network_id(const ChainSpec& spec);
/// Reads any JSON spelling of a specification; members missing, mistyped, unknown or out of range are named.
/// Errors: SpecError.
Result<ChainSpec> parse_chain_spec(std::string_view json);

/// The block at height 0: no transactions, previous all zero, the nonce the network id's first 8 bytes (so that no two
/// networks share a block), its work not checked.
Block genesis_block(const ChainSpec& spec);

/// The built-in throwaway network of `--dev`, and the published key of its only organiser.
const ChainSpec& dev_chain_spec();
const PrivateKey& dev_organiser_key();

}  // namespace suara::chain
