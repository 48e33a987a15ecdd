// Permissioned mining: on a network whose specification lists miners, every header but genesis comes with a seal, the
// signature of a listed key over the block's id. Proof of work says what a block cost; a seal says who answers for it.
//
// The seal is no part of the header: neither of the block id nor of a block's encoding. It travels and is stored beside
// the header, so any listed miner could seal another's block; a node keeps the first seal it saw. Checked before
// anything else of a header, in two steps: whether the key is listed (at once), and whether the signature holds (about
// 60 us, on a worker).
#pragma once

#include "common/crypto/p256.hpp"
#include "peer-node/chain/chain_spec.hpp"

#include <optional>

namespace suara::chain {

inline constexpr std::size_t kSealSizeBytes = 128;

/// miner key ‖ signature
struct Seal {
  PublicKey miner;
  Signature signature;  ///< over seal_digest
  friend bool operator==(const Seal&, const Seal&) = default;
};

/// A header as peers exchange it: with a seal exactly on networks that list miners.
struct SealedHeader {
  // A header of an open network needs nothing else.
  SealedHeader(Header the_header, std::optional<Seal> its_seal = std::nullopt)  // NOLINT(google-explicit-constructor)
      : header(the_header), seal(its_seal) {}

  Header header;
  std::optional<Seal> seal;
  friend bool operator==(const SealedHeader&, const SealedHeader&) = default;
};

[[nodiscard]] inline bool lists_miners(const ChainSpec& spec) { return !spec.miners.empty(); }
[[nodiscard]] bool is_listed_miner(const ChainSpec& spec, const PublicKey& key);

// -- encoding --

std::array<std::uint8_t, kSealSizeBytes> encode(const Seal& seal);
/// Errors: kBadEncoding. Whether the key is a point is left to the list.
Result<Seal> decode_seal(ByteView bytes);

/// header ‖ seal; on open networks the header alone.
Bytes encode(const SealedHeader& header);
/// What encode gives on this network: 224 bytes where it lists miners, otherwise 96.
[[nodiscard]] std::size_t sealed_header_size_bytes(const ChainSpec& spec);
/// Errors: kBadEncoding.
Result<SealedHeader> decode_sealed_header(const ChainSpec& spec, ByteView bytes);
/// A `headers` message: one after the other. Errors: kBadEncoding; kTooLarge above kMaxHeadersPerMessage.
Result<std::vector<SealedHeader>> decode_sealed_headers(const ChainSpec& spec, ByteView bytes);

// -- making and checking --

/// What a miner signs: the block's id in the domain `suara.seal` on this network.
Hash256 seal_digest(const NetworkId& network, const BlockId& id);
Seal make_seal(const PrivateKey& miner, const NetworkId& network, const BlockId& id);

/// kUnlistedMiner. Of an open network's header there is nothing to check.
Result<void> check_miner(const ChainSpec& spec, const SealedHeader& header);
/// kBadSeal: the signature is not the key's over this block's id, or is not low-s. Costs a signature check.
Result<void> check_seal(const NetworkId& network, const BlockId& id, const Seal& seal);

}  // namespace suara::chain
