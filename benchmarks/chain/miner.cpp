#define OPENSSL_SUPPRESS_DEPRECATED  // SHA256_Transform, which the miner is compared to

#include "peer-node/shell/miner.hpp"

#include "benchmarks/chain/clock.hpp"
#include "benchmarks/chain/parts.hpp"
#include "common/util/check.hpp"
#include "peer-node/chain/work.hpp"
#include "peer-node/mining/nonce_kernel.hpp"

#include <openssl/sha.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <future>
#include <iterator>
#include <string>

namespace suara::bench {
namespace {

using mining::NonceSearch;

/// What of the header a kernel needs, with a target that no hash is below.
NonceSearch bare_search(const chain::Header& header) {
  NonceSearch search;
  const auto bytes = chain::encode(header);
  SHA256_CTX first;
  SHA256_Init(&first);
  SHA256_Transform(&first, bytes.data());
  std::copy(std::begin(first.h), std::end(first.h), search.midstate.begin());
  for (std::size_t i = 64; i < bytes.size(); ++i) {
    search.block[(i - 64) / 4] |= std::uint32_t{bytes[i]} << (24 - 8 * (i % 4));
  }
  search.block[8] = 0x80000000;
  search.block[15] = chain::kHeaderSizeBytes * 8;
  return search;
}

double bare_kernel(const chain::Header& header, std::uint64_t nonces) {
  const mining::NonceKernel fast = mining::kernel_with_sha_extensions();
  const mining::NonceKernel kernel = fast != nullptr ? fast : mining::search_portably;
  const NonceSearch search = bare_search(header);
  const double began = thread_seconds();
  CHECK(!kernel(search, 0, nonces));
  return static_cast<double>(nonces) / (thread_seconds() - began);
}

double openssl_transform(const chain::Header& header, std::uint64_t nonces) {
  const auto bytes = chain::encode(header);
  SHA256_CTX first;
  SHA256_Init(&first);
  SHA256_Transform(&first, bytes.data());
  std::array<std::uint8_t, 64> block{};
  std::copy(bytes.begin() + 64, bytes.end(), block.begin());
  block[32] = 0x80;
  block[62] = chain::kHeaderSizeBytes * 8 >> 8;
  const double began = thread_seconds();
  std::uint32_t lowest = UINT32_MAX;
  for (std::uint64_t nonce = 0; nonce < nonces; ++nonce) {
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&nonce), sizeof nonce, block.data() + 24);
    SHA256_CTX state = first;
    SHA256_Transform(&state, block.data());
    lowest = std::min(lowest, state.h[0]);
  }
  CHECK(lowest < UINT32_MAX);
  return static_cast<double>(nonces) / (thread_seconds() - began);
}

// The miner's threads give way to all others; whoever is compared to them has to as well.
template <class Measure>
double at_lowest_priority(const Measure& measure) {
  return std::async(std::launch::async,
                    [&] {
                      ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 19);
                      return measure();
                    })
      .get();
}

// The miner tells no count, only what it found; from where it begins to there is how many it tried.
double product(const chain::Header& header, std::uint64_t first) {
  std::promise<std::uint64_t> found;
  auto answer = found.get_future();
  node_shell::Miner miner(1, mining::NonceRange{first, UINT64_MAX},
                          {.on_found = [&](node::MiningJobId, std::uint64_t nonce) { found.set_value(nonce); },
                           .on_exhausted = [](node::MiningJobId) { CHECK(false); }});
  const double began = process_seconds();
  miner.start(node::MiningJobId{1}, header);
  const std::uint64_t nonce = answer.get();
  return static_cast<double>(nonce - first + 1) / (process_seconds() - began);
}

}  // namespace

Figures measure_miner(std::uint64_t nonces) {
  chain::Header header;
  header.height = 1;
  header.time_ms = 1'700'000'000'000;
  // Found after about as many, in the mean; another header each turn.
  header.transactions_root = sha256(as_bytes(std::to_string(wall_seconds())));
  header.bits = chain::bits_of_leading_zeros(static_cast<unsigned>(std::bit_width(nonces)));
  return {{"miner", product(header, 0)},
          {"kernel", at_lowest_priority([&] { return bare_kernel(header, nonces); })},
          {"openssl", at_lowest_priority([&] { return openssl_transform(header, nonces); })},
          {"sha_extensions", mining::kernel_with_sha_extensions() != nullptr ? 1 : 0}};
}

}  // namespace suara::bench
