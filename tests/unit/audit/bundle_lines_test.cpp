#include "tests/unit/audit/bundle_fixture.hpp"

#include "common/util/base64.hpp"
#include "peer-node/audit/limits.hpp"
#include "peer-node/chain/limits.hpp"

namespace suara::audit {
namespace {

using BundleLines = BundleTest;

TEST_F(BundleLines, AreReadAsTheyWereWritten) {
  for (const bool with_blocks : {true, false}) {
    for (const auto& line : bundle(with_blocks)) {
      const auto read = decode_line(encode_line(line));
      ASSERT_TRUE(read) << read.error().message();
      EXPECT_EQ(read->index(), line.index());
      EXPECT_EQ(encode_line(*read), encode_line(line));
    }
  }
}

TEST_F(BundleLines, HaveOneSpelling) {
  for (const auto& line : bundle(false)) {
    const std::string text = encode_line(line);
    std::string spaced = text;
    spaced.insert(1, " ");
    std::string longer = text;
    longer.insert(longer.size() - 1, R"(,"more":1)");
    for (const auto& other : {spaced, longer, text + "\r", " " + text}) {
      const auto read = decode_line(other);
      ASSERT_FALSE(read) << other;
      EXPECT_TRUE(read.error() == AuditError::kNotCanonical) << read.error().message();
    }
  }
  std::string upper = encode_line(HeaderLine{genesis_});
  upper[upper.find("\"header\":\"") + 10 + 85 * 2] = 'A';
  EXPECT_FALSE(decode_line(upper));
}

TEST_F(BundleLines, OfALaterFormatAreRefused) {
  std::string head = encode_line(bundle(true).front());
  head.replace(head.find("\"version\":1"), 11, "\"version\":2");
  const auto read = decode_line(head);
  ASSERT_FALSE(read);
  EXPECT_TRUE(read.error() == AuditError::kUnknownVersion);
}

TEST_F(BundleLines, ThatMissAMemberSayWhich) {
  for (const auto& line : bundle(false)) {
    const std::string text = encode_line(line);
    for (const char* name :
         {"network", "election", "blocks", "spec", "header", "transaction", "index", "transaction_count", "path", "tip",
          "height", "title", "closed_early", "enrolled", "votes", "candidates"}) {
      const auto at = text.find("\"" + std::string(name) + "\":");
      if (at == std::string::npos || text.starts_with(R"({"type":")" + std::string(name) + "\"")) continue;
      std::string without = text;
      without.replace(at + 1, 1, "_");
      const auto read = decode_line(without);
      ASSERT_FALSE(read) << without;
      EXPECT_TRUE(read.error() == AuditError::kBadLine || read.error() == AuditError::kNotCanonical)
          << read.error().message();
    }
  }
}

TEST_F(BundleLines, OfTheLargestBlockFit) {
  const auto base64_size = (chain::kMaxBlockSizeBytes + 2) / 3 * 4;
  EXPECT_LE(base64_size + encode_line(BlockLine{blocks_[1]}).size(), kMaxLineSizeBytes);
}

}  // namespace
}  // namespace suara::audit
