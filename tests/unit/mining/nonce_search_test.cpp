#include "peer-node/mining/nonce_search.hpp"

#include "peer-node/chain/work.hpp"
#include "peer-node/mining/nonce_kernel.hpp"

#include <gtest/gtest.h>

namespace suara::mining {
namespace {

chain::Header some_header(std::uint32_t bits) {
  chain::Header header;
  header.height = 0x0102030405060708;
  header.previous = chain::BlockId(sha256(as_bytes("previous")));
  header.transactions_root = sha256(as_bytes("root"));
  header.time_ms = 1'735'689'600'123;
  header.bits = bits;
  return header;
}

// The kernel against the plain definition, SHA-256 of the whole header, nonce by nonce.
TEST(NonceSearch, FindsExactlyTheNoncesThatTheHashSays) {
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{0xffffffff00}, UINT64_MAX - 200}) {
    chain::Header header = some_header(chain::bits_of_leading_zeros(5));
    const auto target = chain::target_of(header.bits);
    std::size_t found = 0;
    for (std::uint64_t i = 0; i < 600; ++i) {
      header.nonce = first + i;
      const bool holds = chain::meets_target(chain::BlockId(sha256(chain::encode(header))), *target);
      EXPECT_EQ(search(header, first + i, 1).has_value(), holds) << "nonce " << header.nonce;
      found += holds ? 1U : 0U;
    }
    EXPECT_GT(found, 3U);
  }
}

TEST(NonceSearch, GivesTheFirstOne) {
  chain::Header header = some_header(chain::bits_of_leading_zeros(8));
  const auto first = search(header, 0, 100'000);
  ASSERT_TRUE(first);
  EXPECT_FALSE(search(header, 0, *first));
  EXPECT_EQ(search(header, 0, *first + 1), first);
  const auto second = search(header, *first + 1, 100'000);
  ASSERT_TRUE(second);
  EXPECT_GT(*second, *first);
  header.nonce = *second;
  EXPECT_TRUE(chain::meets_target(chain::block_id(header), *chain::target_of(header.bits)));
}

TEST(NonceSearch, WrapsAndMayFindNothing) {
  const chain::Header header = some_header(chain::bits_of_leading_zeros(6));
  const auto first = search(header, 0, 10'000);
  ASSERT_TRUE(first);
  EXPECT_TRUE(search(header, UINT64_MAX, *first + 2).has_value());
  EXPECT_FALSE(search(header, 0, 0));
  EXPECT_FALSE(search(some_header(chain::bits_of_leading_zeros(200)), 0, 1'000));
}

// Counts that are no multiple of what one turn of the loop takes, and first words of all sizes.
TEST(NonceSearch, TheKernelsAgree) {
  const NonceKernel fast = kernel_with_sha_extensions();
  if (fast == nullptr) GTEST_SKIP() << "this CPU has no SHA extensions";
  NonceSearch search;
  for (std::size_t i = 0; i < search.midstate.size(); ++i)
    search.midstate[i] = static_cast<std::uint32_t>(0x9e3779b9U * (i + 1));
  for (std::size_t i = 0; i < search.block.size(); ++i)
    search.block[i] = static_cast<std::uint32_t>(0x85ebca6bU * (i + 7));
  std::size_t found = 0;
  for (const std::uint32_t first_word : {0x00ffffffU, 0x0fffffffU, 0x80000000U, 0xffffffffU}) {
    search.target[0] = first_word;
    for (std::uint64_t first = 0; first < 300; ++first) {
      const std::uint64_t count = first % 40;
      const auto expected = search_portably(search, UINT64_MAX - 150 + first, count);
      EXPECT_EQ(fast(search, UINT64_MAX - 150 + first, count), expected)
          << "first word " << first_word << ", first " << first;
      found += expected ? 1U : 0U;
    }
  }
  EXPECT_GT(found, 300U);
}

TEST(NonceSearch, FindsNothingForBitsThatAreNoTarget) { EXPECT_FALSE(search(some_header(0), 0, 1'000)); }

}  // namespace
}  // namespace suara::mining
