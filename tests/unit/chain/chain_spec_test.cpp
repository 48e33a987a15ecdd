#include "peer-node/chain/chain_spec.hpp"
#include "common/util/hex.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/work.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suara::chain {
namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string dev_json() { return canonical_json(dev_chain_spec()); }

TEST(ChainSpec, CanonicalFormIsSortedAndWithoutSpace) {
  EXPECT_EQ(dev_json(),
            "{\"block_interval_ms\":1000,\"difficulty_rule\":\"fixed\",\"genesis_time_ms\":1735689600000,"
            "\"initial_bits\":\"1e100000\",\"max_block_size_bytes\":1000000,\"max_record_size_bytes\":1024,"
            "\"name\":\"suara-dev\",\"organisers\":[\"" +
                to_hex(dev_organiser_key().public_key().view()) + "\"]}");
}

TEST(ChainSpec, AnySpellingHasTheSameNetworkId) {
  const std::string key = to_hex(dev_organiser_key().public_key().view());
  const auto spec = parse_chain_spec("{ \"name\": \"suara-\\u0064ev\", \"organisers\": [\"" + key +
                                     "\"],\n \"block_interval_ms\": 1000, \"max_record_size_bytes\":1024, "
                                     "\"max_block_size_bytes\":1000000, \"initial_bits\":\"1E100000\", "
                                     "\"genesis_time_ms\":1735689600000, \"difficulty_rule\":\"fixed\" }");
  ASSERT_TRUE(spec) << spec.error().message();
  EXPECT_EQ(network_id(*spec), network_id(dev_chain_spec()));
  EXPECT_EQ(canonical_json(*spec), dev_json());
}

TEST(ChainSpec, NamesWhatIsWrong) {
  const auto error_of = [](const std::string& text) {
    const auto spec = parse_chain_spec(text);
    return spec ? std::string("accepted") : std::string(spec.error().name()) + " " + spec.error().detail();
  };
  EXPECT_EQ(error_of(dev_json()), "accepted");
  EXPECT_EQ(error_of("[]"), "spec_not_an_object ");
  EXPECT_THAT(error_of("{"), testing::StartsWith("spec_not_json"));
  EXPECT_EQ(error_of(replaced(dev_json(), "\"block_interval_ms\":1000,", "")), "spec_missing_member block_interval_ms");
  EXPECT_EQ(error_of(replaced(dev_json(), "{", "{\"colour\":1,")), "spec_unknown_member colour");
  EXPECT_EQ(error_of(replaced(dev_json(), ":1000,", ":\"1000\",")),
            "spec_wrong_type block_interval_ms, expected an integer");
  EXPECT_EQ(error_of(replaced(dev_json(), ":1000,", ":1000.0,")),
            "spec_wrong_type block_interval_ms, expected an integer");
  EXPECT_EQ(error_of(replaced(dev_json(), ":1000,", ":-1,")),
            "spec_out_of_range block_interval_ms, expected 10 to 86400000");
  const std::string lwma = replaced(dev_json(), "\"fixed\"", "\"lwma\"");
  EXPECT_EQ(error_of(replaced(lwma, ":1000,", ":10000,")), "accepted");
  EXPECT_EQ(error_of(replaced(lwma, ":1000,", ":9999,")),
            "spec_out_of_range block_interval_ms, expected at least 10000 with the difficulty rule lwma");
  EXPECT_EQ(error_of(replaced(dev_json(), "\"suara-dev\"", "\"\"")),
            "spec_out_of_range name, expected 1 to 64 bytes of text without control characters");
  EXPECT_EQ(error_of(replaced(dev_json(), "\"fixed\"", "\"magic\"")),
            "spec_out_of_range difficulty_rule, expected \"fixed\" or \"lwma\"");
  EXPECT_EQ(error_of(replaced(dev_json(), "1e100000", "1e900000")),
            "spec_out_of_range initial_bits, expected a compact target as 8 hexadecimal digits");
  EXPECT_EQ(error_of(replaced(dev_json(), "[\"", "[\"00")), "spec_bad_key organisers");
  EXPECT_EQ(error_of(replaced(dev_json(), "[\"", "[\"" + to_hex(dev_organiser_key().public_key().view()) + "\",\"")),
            "spec_bad_key organisers, expected different keys");
  EXPECT_THAT(error_of(std::string(70'000, ' ')), testing::StartsWith("spec_too_large"));
}

TEST(ChainSpec, ListsMinersOrLeavesTheMemberOut) {
  const std::string key = to_hex(dev_organiser_key().public_key().view());
  const auto with_miners = [](const std::string& miners) {
    return replaced(dev_json(), "\"name\"", "\"miners\":" + miners + ",\"name\"");
  };
  const auto error_of = [](const std::string& text) {
    const auto spec = parse_chain_spec(text);
    return spec ? std::string("accepted") : std::string(spec.error().name()) + " " + spec.error().detail();
  };
  const std::string listed = with_miners("[\"" + key + "\"]");
  const auto spec = parse_chain_spec(listed);
  ASSERT_TRUE(spec) << spec.error().message();
  EXPECT_EQ(spec->miners, std::vector{dev_organiser_key().public_key()});
  EXPECT_EQ(canonical_json(*spec), listed);
  EXPECT_EQ(error_of(with_miners("[]")), "spec_out_of_range miners, expected 1 to 64 keys");
  EXPECT_EQ(error_of(with_miners("null")), "spec_wrong_type miners, expected an array");
  EXPECT_EQ(error_of(with_miners("[\"" + key + "\",\"" + key + "\"]")), "spec_bad_key miners, expected different keys");
  EXPECT_EQ(error_of(with_miners("[\"00\"]")), "spec_bad_key miners");

  const auto listing = [](std::size_t count) {
    ChainSpec many = dev_chain_spec();
    for (std::size_t i = 0; i < count; ++i) {
      many.miners.push_back(PrivateKey::from_seed("miner " + std::to_string(i)).public_key());
    }
    return canonical_json(many);
  };
  EXPECT_EQ(error_of(listing(kMaxMiners)), "accepted");
  EXPECT_EQ(error_of(listing(kMaxMiners + 1)), "spec_out_of_range miners, expected 1 to 64 keys");
}

TEST(ChainSpec, EveryMemberChangesTheNetwork) {
  const NetworkId dev = network_id(dev_chain_spec());
  const auto changed = [&](auto change) {
    ChainSpec spec = dev_chain_spec();
    change(spec);
    return network_id(spec) != dev &&
           block_id(genesis_block(spec).header) != block_id(genesis_block(dev_chain_spec()).header);
  };
  EXPECT_TRUE(changed([](ChainSpec& spec) { spec.name = "other"; }));
  EXPECT_TRUE(changed([](ChainSpec& spec) { spec.organisers.clear(); }));
  EXPECT_TRUE(changed([](ChainSpec& spec) { spec.miners = spec.organisers; }));
  EXPECT_TRUE(changed([](ChainSpec& spec) { spec.block_interval *= 2; }));
  EXPECT_TRUE(changed([](ChainSpec& spec) { spec.rule = DifficultyRule::kLwma; }));
  EXPECT_TRUE(changed([](ChainSpec& spec) { spec.initial_bits = bits_of_leading_zeros(21); }));
  EXPECT_TRUE(changed([](ChainSpec& spec) { spec.genesis_time_ms += 1; }));
  EXPECT_TRUE(changed([](ChainSpec& spec) { spec.max_block_size_bytes += 1; }));
  EXPECT_TRUE(changed([](ChainSpec& spec) { spec.max_record_size_bytes += 1; }));
}

TEST(ChainSpec, GenesisIsEmptyAndAtHeightZero) {
  const Block genesis = genesis_block(dev_chain_spec());
  EXPECT_TRUE(genesis.transactions.empty());
  EXPECT_EQ(genesis.header.height, 0U);
  EXPECT_EQ(genesis.header.previous, BlockId());
  EXPECT_EQ(genesis.header.transactions_root, transactions_root({}));
  EXPECT_EQ(genesis.header.time_ms, dev_chain_spec().genesis_time_ms);
}

}  // namespace
}  // namespace suara::chain
