// Encodings and headers, on a chain of 12 blocks a second apart, whose last is at 12 s after genesis.
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/seal.hpp"
#include "peer-node/ledger/limits.hpp"
#include "tests/rules/corpus.hpp"
#include "tests/support/chain_builder.hpp"
#include "tests/support/chain_driver.hpp"
#include "tests/support/high_s.hpp"

namespace suara::testing {
namespace {

using chain::Header;
using chain::RuleError;
using chain::Seal;

constexpr std::uint64_t kGenesisMs = 1'000'000'000;
constexpr std::uint64_t kNowMs = kGenesisMs + 100'000;

template <class T>
Result<void> verdict_of(const Result<T>& result) {
  if (!result) return result.error();
  return {};
}

struct Stage {
  explicit Stage(const chain::ChainSpec& spec = easy_spec()) : driver(spec) {
    driver.set_now(kNowMs);
    for (const auto& block : mine_chain(driver.genesis(), 12)) {
      driver.add_header(block.header).value();
      parent = block.header;
    }
  }
  Result<void> give(const Header& header) { return verdict_of(driver.add_header(header)); }

  ChainDriver driver;
  Header parent;
};

/// A header on the chain's end, changed before it is mined.
Result<void> header(void (*change)(Header&)) {
  Stage stage;
  return stage.give(mine_block(stage.parent, {}, change, 1).header);
}

/// A header whose id is this much above what would just not do.
Result<void> header_with_work(bool enough) {
  Stage stage;
  Header header = mine_block(stage.parent).header;
  const auto target = *chain::target_of(header.bits);
  while (chain::meets_target(chain::block_id(header), target) != enough) ++header.nonce;
  return stage.give(header);
}

/// On a parent that was marked invalid, or on its sibling that was not.
Result<void> header_on(bool valid_parent) {
  Stage stage;
  const Header good = mine_block(stage.parent).header;
  const Header bad = mine_block(stage.parent, {}, {}, 1'000'000).header;
  stage.driver.add_header(good).value();
  stage.driver.add_header(bad).value();
  store::Draft draft(stage.driver.store());
  stage.driver.chain().mark_invalid(chain::block_id(bad), draft);
  const Header child = mine_block(valid_parent ? good : bad).header;
  return verdict_of(stage.driver.chain().add_header(child, from_unix_ms(kNowMs), draft));
}

/// The first block's header with this key's seal, spoiled by `change`: what a node does with it.
Result<void> sealed_by(const PrivateKey& key, void (*change)(Seal&) = [](Seal&) {}) {
  const auto spec = permissioned_spec();
  ChainDriver driver(spec);
  const Header header = mine_block(driver.genesis()).header;
  const auto id = chain::block_id(header);
  Seal seal = chain::make_seal(key, chain::network_id(spec), id);
  change(seal);
  SUARA_TRY(chain::check_miner(spec, {header, seal}));
  SUARA_TRY(chain::check_seal(chain::network_id(spec), id, seal));
  return verdict_of(driver.add_header({header, seal}));
}

Bytes block_bytes() { return chain::encode(mine_block(chain::genesis_block(easy_spec()).header)); }

Result<void> record_of(std::size_t size_bytes) {
  const auto transaction = record(easy_spec(), voter_key(1), 1, std::string(size_bytes, 'x'));
  return verdict_of(ledger::decode_transaction(ledger::encode(transaction)));
}

}  // namespace

std::vector<RuleRow> encoding_rows() {
  return {
      {RuleError::kBadEncoding, "a block to its last byte",
       [] { return verdict_of(chain::decode_block(block_bytes())); }, "a byte behind it",
       [] {
         Bytes bytes = block_bytes();
         bytes.push_back(0);
         return verdict_of(chain::decode_block(bytes));
       }},
      {RuleError::kBadEncoding, "a block that says it has no transactions",
       [] { return verdict_of(chain::decode_block(block_bytes())); }, "one that says it has one",
       [] {
         Bytes bytes = block_bytes();
         bytes[chain::kHeaderSizeBytes] = 1;
         return verdict_of(chain::decode_block(bytes));
       }},
      {RuleError::kBadEncoding, "a header of 96 bytes", [] { return verdict_of(chain::decode_header(Bytes(96, 1))); },
       "of 95", [] { return verdict_of(chain::decode_header(Bytes(95, 1))); }},
      {RuleError::kBadEncoding, "a sealed header where miners are listed",
       [] { return verdict_of(chain::decode_sealed_header(permissioned_spec(), Bytes(224, 1))); }, "one without a seal",
       [] { return verdict_of(chain::decode_sealed_header(permissioned_spec(), Bytes(96, 1))); }},
      {RuleError::kTooLarge, "2,000 headers in a message",
       [] { return verdict_of(chain::decode_sealed_headers(easy_spec(), Bytes(2'000 * 96, 1))); }, "2,001",
       [] { return verdict_of(chain::decode_sealed_headers(easy_spec(), Bytes(2'001 * 96, 1))); }},
      {RuleError::kTooLarge, "65,536 bytes of data", [] { return record_of(ledger::kMaxRecordSizeBytes); }, "65,537",
       [] { return record_of(ledger::kMaxRecordSizeBytes + 1); }},
  };
}

std::vector<RuleRow> header_rows() {
  const Play untouched = [] { return header([](Header&) {}); };
  return {
      {RuleError::kUnlistedMiner, "the last miner of the list", [] { return sealed_by(miner_key(1)); },
       "a key that is not on it", [] { return sealed_by(miner_key(2)); }},
      {RuleError::kBadSeal, "the miner's own seal", [] { return sealed_by(miner_key(0)); },
       "the other miner's key before it",
       [] { return sealed_by(miner_key(0), [](Seal& seal) { seal.miner = miner_key(1).public_key(); }); }},
      {RuleError::kBadSeal, "a low s", [] { return sealed_by(miner_key(0)); }, "the same signature with a high s",
       [] { return sealed_by(miner_key(0), [](Seal& seal) { seal.signature = with_high_s(seal.signature); }); }},
      {RuleError::kBadVersion, "version 1", untouched, "version 0",
       [] { return header([](Header& h) { h.version = 0; }); }},
      {RuleError::kBadVersion, "version 1", untouched, "version 2",
       [] { return header([](Header& h) { h.version = 2; }); }},
      {RuleError::kOrphanHeader, "a known parent", untouched, "one that differs in a bit",
       [] { return header([](Header& h) { h.previous.bytes[31] ^= 1; }); }},
      {RuleError::kBadHeight, "one above the parent", untouched, "at the parent's height",
       [] { return header([](Header& h) { h.height -= 1; }); }},
      {RuleError::kBadHeight, "one above the parent", untouched, "two above it",
       [] { return header([](Header& h) { h.height += 1; }); }},
      {RuleError::kBadBits, "the rule's target", untouched, "the next easier one",
       [] { return header([](Header& h) { h.bits += 1; }); }},
      {RuleError::kBadBits, "the rule's target", untouched, "a harder one",
       [] { return header([](Header& h) { h.bits = chain::bits_of_leading_zeros(3); }); }},
      {RuleError::kBadBits, "the rule's target", untouched, "bits beyond any target",
       [] { return header([](Header& h) { h.bits = UINT32_MAX; }); }},
      {RuleError::kInsufficientWork, "an id below the target", [] { return header_with_work(true); }, "one that is not",
       [] { return header_with_work(false); }},
      // The last 11 are 2 s to 12 s after genesis: their median is 7 s.
      {RuleError::kTimeTooOld, "a millisecond above the median",
       [] { return header([](Header& h) { h.time_ms = kGenesisMs + 7'001; }); }, "at the median",
       [] { return header([](Header& h) { h.time_ms = kGenesisMs + 7'000; }); }},
      {RuleError::kTimeTooFarAhead, "60 s ahead of the clock",
       [] { return header([](Header& h) { h.time_ms = kNowMs + 60'000; }); }, "a millisecond more",
       [] { return header([](Header& h) { h.time_ms = kNowMs + 60'001; }); }},
      {RuleError::kTimeTooFarAhead, "at the clock", [] { return header([](Header& h) { h.time_ms = kNowMs; }); },
       "at the end of time", [] { return header([](Header& h) { h.time_ms = UINT64_MAX; }); }},
      {RuleError::kInvalidParent, "on a valid block", [] { return header_on(true); }, "on an invalid one",
       [] { return header_on(false); }},
  };
}

}  // namespace suara::testing
