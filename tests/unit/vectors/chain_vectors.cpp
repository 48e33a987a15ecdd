#include "common/util/hex.hpp"
#include "peer-node/chain/difficulty.hpp"
#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/seal.hpp"
#include "peer-node/chain/work.hpp"
#include "tests/support/chain_builder.hpp"
#include "tests/unit/vectors/common.hpp"
#include "tests/unit/vectors/vectors.hpp"

namespace suara::vectors {

namespace json = boost::json;

json::array make_headers() {
  chain::Header header;
  header.version = 1;
  header.height = 0x0102030405060708;
  header.previous = chain::BlockId(sha256(as_bytes("previous")));
  header.transactions_root = sha256(as_bytes("root"));
  header.time_ms = 1'735'689'600'123;
  header.bits = 0x1d00ffff;
  header.nonce = 0xfedcba9876543210;
  return {header_json(chain::genesis_block(chain::dev_chain_spec()).header), header_json(header)};
}

json::array make_merkle_trees() {
  json::array trees;
  for (std::size_t size = 0; size <= 7; ++size) {
    json::array leaves, proofs;
    std::vector<Hash256> hashes;
    for (std::size_t i = 0; i < size; ++i) {
      const Bytes data(i, static_cast<std::uint8_t>(i));
      leaves.emplace_back(to_hex(data));
      hashes.push_back(chain::leaf_hash(data));
    }
    for (std::size_t i = 0; i < size; ++i) {
      json::array proof;
      for (const Hash256& sibling : chain::inclusion_proof(hashes, i)) proof.emplace_back(sibling.hex());
      proofs.emplace_back(std::move(proof));
    }
    trees.push_back({{"leaves", leaves}, {"root", chain::merkle_root(hashes).hex()}, {"proofs", proofs}});
  }
  return trees;
}

json::array make_targets() {
  json::array targets;
  for (const std::uint32_t bits :
       {0x1d00ffffU, 0x207fffffU, 0x21008000U, 0x1e100000U, 0x03123456U, 0x01020000U,
        // not the one form of any target:
        0x00000000U, 0x01010000U, 0x04800000U, 0x04000012U, 0x01123456U, 0x21008001U, 0x22000001U, 0xffffffffU}) {
    const auto target = chain::target_of(bits);
    json::object entry{{"bits", bits_hex(bits)}, {"target", nullptr}, {"work", nullptr}};
    if (target) {
      entry["target"] = chain::to_hash(*target).hex();
      entry["work"] = chain::to_hash(chain::work_of_target(*target)).hex();
    }
    targets.emplace_back(std::move(entry));
  }
  return targets;
}

json::array make_difficulties() {
  chain::ChainSpec spec;
  spec.rule = chain::DifficultyRule::kLwma;
  spec.block_interval = std::chrono::seconds(15);
  spec.initial_bits = chain::bits_of_leading_zeros(24);

  const auto entry = [&](std::string_view what, std::uint64_t first_height, const std::vector<std::uint64_t>& gaps_ms) {
    std::vector<chain::Ancestor> ancestors{{first_height, 1'000'000, spec.initial_bits}};
    for (const std::uint64_t gap_ms : gaps_ms) {
      chain::Ancestor next = ancestors.back();
      ++next.height;
      next.time_ms += gap_ms;
      if (gap_ms == 1) next.time_ms -= 5'000;  // claims an earlier time than its parent
      ancestors.push_back(next);
    }
    json::array times_ms, bits;
    for (const chain::Ancestor& ancestor : ancestors) {
      times_ms.emplace_back(ancestor.time_ms);
      bits.emplace_back(bits_hex(ancestor.bits));
    }
    return json::object{{"what", what},
                        {"block_interval_ms", spec.block_interval.count()},
                        {"initial_bits", bits_hex(spec.initial_bits)},
                        {"first_height", first_height},
                        {"times_ms", times_ms},
                        {"bits", bits},
                        {"next_bits", bits_hex(chain::required_bits(spec, ancestors))}};
  };
  std::vector<std::uint64_t> outage(60, 15'000);
  outage.back() = 86'400'000;
  std::vector<std::uint64_t> backwards(60, 15'000);
  backwards[10] = backwards[40] = 1;
  return {entry("too few solve times: the initial target", 5, std::vector<std::uint64_t>(5, 1'000)),
          entry("on schedule", 5, std::vector<std::uint64_t>(60, 15'000)),
          entry("twice as fast, few blocks yet", 1, std::vector<std::uint64_t>(6, 7'500)),
          entry("genesis is no solve time", 0, std::vector<std::uint64_t>(12, 10'000)),
          entry("a day's outage counts as six intervals", 500, outage),
          entry("blocks that claim earlier times than their parents", 500, backwards)};
}

json::array make_seals(const std::vector<Signature>& signatures) {
  const chain::ChainSpec& spec = permissioned_network();
  json::array seals;
  chain::Header parent = chain::genesis_block(spec).header;
  for (const std::string_view seed : kMinerSeeds) {
    const chain::Header header = testing::mine_block(parent).header;
    const chain::BlockId id = chain::block_id(header);
    chain::Seal seal = chain::make_seal(PrivateKey::from_seed(seed), chain::network_id(spec), id);
    if (seals.size() < signatures.size()) seal.signature = signatures[seals.size()];
    seals.push_back({{"header", header_json(header)},
                     {"network_id", chain::network_id(spec).hex()},
                     {"secret_is_sha256_of", seed},
                     {"miner", to_hex(seal.miner.view())},
                     {"digest", chain::seal_digest(chain::network_id(spec), id).hex()},
                     {"signature", to_hex(seal.signature.view())},
                     {"encoding", to_hex(chain::encode(chain::SealedHeader(header, seal)))}});
    parent = header;
  }
  return seals;
}

json::array make_chain_specs() {
  json::array specs;
  for (const chain::ChainSpec& spec : {chain::dev_chain_spec(), network(), permissioned_network()}) {
    const chain::Header genesis = chain::genesis_block(spec).header;
    specs.push_back({{"canonical", chain::canonical_json(spec)},
                     {"network_id", chain::network_id(spec).hex()},
                     {"genesis", header_json(genesis)}});
  }
  return specs;
}

}  // namespace suara::vectors
