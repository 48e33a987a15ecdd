// The seals of permissioned networks: their bytes, and the two checks.
#include "peer-node/chain/seal.hpp"

#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "tests/support/chain_builder.hpp"
#include "tests/support/chain_driver.hpp"

#include <gtest/gtest.h>

namespace suara::chain {
namespace {

using testing::easy_spec;
using testing::mine_block;
using testing::miner_key;
using testing::permissioned_spec;
using testing::sealed;

TEST(Seals, AreEncodedBehindTheHeaderWhereMinersAreListed) {
  const ChainSpec spec = permissioned_spec();
  const SealedHeader header = sealed(spec, mine_block(genesis_block(spec).header).header);
  const Bytes bytes = encode(header);
  ASSERT_EQ(bytes.size(), sealed_header_size_bytes(spec));
  EXPECT_EQ(bytes.size(), 224U);
  EXPECT_EQ(decode_sealed_header(spec, bytes).value(), header);
  const SealedHeader open(header.header);
  EXPECT_EQ(decode_sealed_header(easy_spec(), encode(open)).value(), open);
  EXPECT_EQ(decode_sealed_header(spec, encode(open)).error(), RuleError::kBadEncoding) << "unsealed";
  EXPECT_EQ(decode_sealed_header(easy_spec(), bytes).error(), RuleError::kBadEncoding) << "sealed for nothing";
}

TEST(Seals, AMessageHasWholeHeadersUpToTheCap) {
  const ChainSpec spec = easy_spec();
  const auto count = [&](std::size_t size_bytes) -> Result<std::size_t> {
    const auto headers = decode_sealed_headers(spec, Bytes(size_bytes, 7));
    if (!headers) return headers.error();
    return headers->size();
  };
  EXPECT_EQ(count(0).value(), 0U);
  EXPECT_EQ(count(96 * kMaxHeadersPerMessage).value(), kMaxHeadersPerMessage);
  EXPECT_EQ(count(96 * (kMaxHeadersPerMessage + 1)).error(), RuleError::kTooLarge);
  EXPECT_EQ(count(97).error(), RuleError::kBadEncoding);
  EXPECT_EQ(count(95).error(), RuleError::kBadEncoding);
}

TEST(Seals, HoldForTheirKeyBlockAndNetworkOnly) {
  const ChainSpec spec = permissioned_spec();
  const NetworkId network = network_id(spec);
  const Header header = mine_block(genesis_block(spec).header).header;
  const BlockId id = block_id(header);
  const Seal seal = *sealed(spec, header).seal;
  EXPECT_TRUE(check_seal(network, id, seal));

  Seal changed = seal;
  changed.miner = miner_key(1).public_key();
  EXPECT_EQ(check_seal(network, id, changed).error(), RuleError::kBadSeal);
  changed = seal;
  changed.signature.bytes[63] ^= 1;
  EXPECT_EQ(check_seal(network, id, changed).error(), RuleError::kBadSeal);
  EXPECT_EQ(check_seal(network, BlockId(), seal).error(), RuleError::kBadSeal);
  EXPECT_EQ(check_seal(network_id(easy_spec()), id, seal).error(), RuleError::kBadSeal);
  const Seal other_domain{seal.miner, miner_key(0).sign(signing_digest("suara.transaction", network, id.view()))};
  EXPECT_EQ(check_seal(network, id, other_domain).error(), RuleError::kBadSeal);
}

TEST(Seals, AnUnlistedMinerIsFoundBeforeAnythingElseIsLookedAt) {
  testing::ChainDriver driver(permissioned_spec());
  Header nonsense;
  nonsense.version = 77;
  const SealedHeader header(nonsense, make_seal(testing::voter_key(1), driver.chain().network(), block_id(nonsense)));
  EXPECT_EQ(driver.add_header(header).error(), RuleError::kUnlistedMiner);
}

TEST(Seals, AreKeptWithTheHeadersAndHandedOn) {
  const ChainSpec spec = permissioned_spec();
  testing::ChainDriver driver(spec);
  const Block first = mine_block(driver.genesis());
  const SealedHeader header = sealed(spec, first.header, 1);
  ASSERT_TRUE(driver.add_header(header));
  EXPECT_EQ(driver.add_header(sealed(spec, first.header, 0)).value(), ChainState::HeaderVerdict::kKnown);
  ASSERT_TRUE(driver.add_body(first));
  driver.advance();
  driver.restart();
  EXPECT_EQ(driver.chain().tip().id, block_id(first.header));
  EXPECT_EQ(driver.chain().seal(driver.store(), block_id(first.header)), header.seal) << "the first seal stays";
  EXPECT_EQ(driver.chain().headers_after(driver.store(), {}, 10), std::vector{header});
  EXPECT_FALSE(driver.chain().seal(driver.store(), block_id(driver.genesis())));
}

TEST(Seals, NoneAreKeptOnOpenNetworks) {
  testing::ChainDriver driver(easy_spec());
  const Block first = mine_block(driver.genesis());
  ASSERT_TRUE(driver.add(first));
  EXPECT_FALSE(driver.chain().seal(driver.store(), block_id(first.header)));
  EXPECT_FALSE(driver.chain().headers_after(driver.store(), {}, 1).front().seal);
}

}  // namespace
}  // namespace suara::chain
