#define OPENSSL_SUPPRESS_DEPRECATED  // SHA256_Transform, for the first 64 bytes

#include "peer-node/mining/nonce_search.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/work.hpp"
#include "peer-node/mining/limits.hpp"
#include "peer-node/mining/nonce_kernel.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace suara::mining {
namespace {

constexpr std::size_t kBlockSizeBytes = 64;  // of SHA-256
constexpr std::size_t kTailSizeWords = (chain::kHeaderSizeBytes - kBlockSizeBytes) / 4;

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

NonceSearch prepare(const chain::Header& header, const Hash256& target) {
  NonceSearch search;
  const auto encoded = chain::encode(header);
  SHA256_CTX midstate;
  CHECK(SHA256_Init(&midstate) == 1);
  SHA256_Transform(&midstate, encoded.data());
  std::copy(std::begin(midstate.h), std::end(midstate.h), search.midstate.begin());

  for (std::size_t i = 0; i < kTailSizeWords; ++i) {
    search.block[i] = big_endian(encoded.data() + kBlockSizeBytes + 4 * i);
  }
  search.block[kTailSizeWords] = 0x80000000;  // SHA-256's padding: a one bit, and the length in bits
  search.block.back() = chain::kHeaderSizeBytes * 8;
  for (std::size_t i = 0; i < search.target.size(); ++i) search.target[i] = big_endian(target.bytes.data() + 4 * i);
  return search;
}

}  // namespace

std::optional<std::uint64_t> search(const chain::Header& header, std::uint64_t first, std::uint64_t count) {
  const auto target = chain::target_of(header.bits);
  if (!target) return std::nullopt;
  static const NonceKernel fast = kernel_with_sha_extensions();
  const NonceKernel kernel = fast != nullptr ? fast : search_portably;
  return kernel(prepare(header, chain::to_hash(*target)), first, count);
}

std::vector<NonceRange> split(const NonceRange& range, std::size_t parts) {
  CHECK(parts > 0);
  const std::uint64_t share = range.count / parts;
  std::vector<NonceRange> ranges(parts);
  for (std::size_t i = 0; i < parts; ++i) ranges[i] = {range.first + i * share, share};
  ranges.back().count = range.count - share * (parts - 1);
  return ranges;
}

std::optional<std::uint64_t> search_while(const chain::Header& header, const NonceRange& range,
                                          const std::function<bool(std::uint64_t tried)>& go_on,
                                          const SearchFunction& search) {
  std::uint64_t tried = 0;  // in the last portion
  for (std::uint64_t done = 0; done < range.count; done += tried) {
    if (!go_on(tried)) return std::nullopt;
    tried = std::min(kNoncesPerLook, range.count - done);
    if (const auto found = search(header, range.first + done, tried)) return found;
  }
  go_on(tried);
  return std::nullopt;
}

}  // namespace suara::mining
