#include "peer-node/chain/seal.hpp"

#include "common/util/byte_reader.hpp"
#include "common/util/check.hpp"
#include "common/util/hex.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rule_error.hpp"

#include <algorithm>

namespace suara::chain {

bool is_listed_miner(const ChainSpec& spec, const PublicKey& key) {
  return std::ranges::find(spec.miners, key) != spec.miners.end();
}

std::array<std::uint8_t, kSealSizeBytes> encode(const Seal& seal) {
  std::array<std::uint8_t, kSealSizeBytes> bytes{};
  const auto rest = std::ranges::copy(seal.miner.bytes, bytes.begin()).out;
  std::ranges::copy(seal.signature.bytes, rest);
  return bytes;
}

Result<Seal> decode_seal(ByteView bytes) {
  if (bytes.size() != kSealSizeBytes) return Error(RuleError::kBadEncoding, "a seal has 128 bytes");
  ByteReader reader(bytes);
  Seal seal;
  reader.read(seal.miner.bytes);
  reader.read(seal.signature.bytes);
  return seal;
}

Bytes encode(const SealedHeader& header) {
  const auto plain = encode(header.header);
  Bytes bytes(plain.begin(), plain.end());
  if (header.seal) {
    const auto seal = encode(*header.seal);
    bytes.insert(bytes.end(), seal.begin(), seal.end());
  }
  return bytes;
}

std::size_t sealed_header_size_bytes(const ChainSpec& spec) {
  return kHeaderSizeBytes + (lists_miners(spec) ? kSealSizeBytes : 0);
}

Result<SealedHeader> decode_sealed_header(const ChainSpec& spec, ByteView bytes) {
  if (bytes.size() != sealed_header_size_bytes(spec)) {
    return Error(RuleError::kBadEncoding, lists_miners(spec)
                                              ? "this network's headers have 224 bytes: 96, and a seal of 128"
                                              : "this network's headers have 96 bytes and no seal");
  }
  const auto header = decode_header(bytes.first(kHeaderSizeBytes));
  if (!header) return header.error();
  if (!lists_miners(spec)) return SealedHeader(*header);
  const auto seal = decode_seal(bytes.subspan(kHeaderSizeBytes));
  if (!seal) return seal.error();
  return SealedHeader(*header, *seal);
}

Result<std::vector<SealedHeader>> decode_sealed_headers(const ChainSpec& spec, ByteView bytes) {
  const std::size_t each = sealed_header_size_bytes(spec);
  const std::size_t count = bytes.size() / each;
  if (count > kMaxHeadersPerMessage) {
    return Error(RuleError::kTooLarge,
                 std::to_string(count) + " of " + std::to_string(kMaxHeadersPerMessage) + " headers in a message");
  }
  std::vector<SealedHeader> headers;
  headers.reserve(count);
  while (!bytes.empty()) {
    const auto header = decode_sealed_header(spec, bytes.first(std::min(each, bytes.size())));
    if (!header) return header.error();
    headers.push_back(*header);
    bytes = bytes.subspan(each);
  }
  return headers;
}

Hash256 seal_digest(const NetworkId& network, const BlockId& id) {
  return signing_digest("suara.seal", network, id.view());
}

Seal make_seal(const PrivateKey& miner, const NetworkId& network, const BlockId& id) {
  return {miner.public_key(), miner.sign(seal_digest(network, id))};
}

Result<void> check_miner(const ChainSpec& spec, const SealedHeader& header) {
  CHECK(header.seal.has_value() == lists_miners(spec));
  if (header.seal && !is_listed_miner(spec, header.seal->miner)) {
    return Error(RuleError::kUnlistedMiner, to_hex(header.seal->miner.view()));
  }
  return {};
}

Result<void> check_seal(const NetworkId& network, const BlockId& id, const Seal& seal) {
  if (!verify(seal.miner, seal_digest(network, id), seal.signature)) return Error(RuleError::kBadSeal, id.hex());
  return {};
}

}  // namespace suara::chain
