#include "peer-node/chain/block.hpp"
#include "common/util/hex.hpp"
#include "peer-node/chain/chain_spec.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "tests/support/chain_builder.hpp"

#include <gtest/gtest.h>

namespace suara::chain {
namespace {

Header sample_header() {
  Header header;
  header.version = 0x01020304;
  header.height = 0x1112131415161718;
  header.previous.bytes.fill(0xaa);
  header.transactions_root.bytes.fill(0xbb);
  header.time_ms = 0x2122232425262728;
  header.bits = 0x1f00ffff;
  header.nonce = 0x3132333435363738;
  return header;
}

Block sample_block() {
  const PrivateKey key = PrivateKey::from_seed("author");
  const NetworkId network = network_id(dev_chain_spec());
  Block block{sample_header(), {}};
  block.transactions.push_back(ledger::sign(key, network, ledger::Record{1, "first"}));
  block.transactions.push_back(ledger::sign(key, network, ledger::Record{2, "second"}));
  return block;
}

TEST(Header, EncodesLittleEndianInOrder) {
  EXPECT_EQ(to_hex(encode(sample_header())),
            "04030201"
            "1817161514131211" +
                std::string("aa") + std::string(62, 'a') + std::string(64, 'b') +
                "2827262524232221"
                "ffff001f"
                "3837363534333231");
}

TEST(Header, DecodesWhatItEncodes) {
  const auto header = decode_header(encode(sample_header()));
  ASSERT_TRUE(header);
  EXPECT_EQ(*header, sample_header());
}

TEST(Header, RefusesAnyOtherSize) {
  const auto bytes = encode(sample_header());
  EXPECT_EQ(decode_header(ByteView(bytes).first(95)).error(), RuleError::kBadEncoding);
  Bytes longer(bytes.begin(), bytes.end());
  longer.push_back(0);
  EXPECT_EQ(decode_header(longer).error(), RuleError::kBadEncoding);
}

TEST(Block, DecodesWhatItEncodes) {
  const Block original = sample_block();
  const auto block = decode_block(encode(original));
  ASSERT_TRUE(block) << block.error().message();
  EXPECT_EQ(*block, original);
}

TEST(Block, MinedBlocksMeetTheirTarget) {
  const auto spec = testing::easy_spec(8);
  const auto chain = testing::mine_chain(genesis_block(spec).header, 3);
  for (const Block& block : chain) EXPECT_EQ(block_id(block.header).bytes[0], 0);
  EXPECT_EQ(chain[2].header.previous, block_id(chain[1].header));
}

TEST(Block, RefusesEveryTruncationAndTrailingBytes) {
  Bytes bytes = encode(sample_block());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_block(ByteView(bytes).first(size))) << size;
  }
  bytes.push_back(0);
  EXPECT_EQ(decode_block(bytes).error(), RuleError::kBadEncoding);
}

TEST(Block, RefusesACountThatLiesBeforeAllocating) {
  Bytes bytes = encode(sample_block());
  bytes[kHeaderSizeBytes + 3] = 0xff;
  EXPECT_EQ(decode_block(bytes).error(), RuleError::kTooLarge);
  bytes[kHeaderSizeBytes + 3] = 0;
  bytes[kHeaderSizeBytes + 1] = 1;
  EXPECT_EQ(decode_block(bytes).error(), RuleError::kBadEncoding);
}

TEST(Block, RefusesMoreThanTheCap) {
  EXPECT_EQ(decode_block(Bytes(kMaxBlockSizeBytes + 1)).error(), RuleError::kTooLarge);
}

}  // namespace
}  // namespace suara::chain
