// Header rules from both sides: a header just valid, and one just invalid with its code. Each case changes one header
// on a chain of 12 blocks, a second apart, whose last is at 12 s after genesis.
#include "peer-node/chain/rule_error.hpp"
#include "tests/support/chain_builder.hpp"
#include "tests/support/chain_driver.hpp"

#include <gtest/gtest.h>

namespace suara::testing {
namespace {

using chain::Header;
using chain::RuleError;

constexpr std::uint64_t kGenesisMs = 1'000'000'000;
constexpr std::uint64_t kNowMs = kGenesisMs + 100'000;

struct HeaderCase {
  const char* name;
  void (*change)(Header&);
  std::optional<RuleError> error;
};

const HeaderCase kCases[] = {
    {"untouched", [](Header&) {}, {}},
    {"version 0", [](Header& h) { h.version = 0; }, RuleError::kBadVersion},
    {"version 2", [](Header& h) { h.version = 2; }, RuleError::kBadVersion},
    {"parent unknown", [](Header& h) { h.previous.bytes[0] ^= 1; }, RuleError::kOrphanHeader},
    {"height of its parent", [](Header& h) { h.height -= 1; }, RuleError::kBadHeight},
    {"height two above its parent", [](Header& h) { h.height += 1; }, RuleError::kBadHeight},
    {"harder target than the rule's", [](Header& h) { h.bits = chain::bits_of_leading_zeros(3); }, RuleError::kBadBits},
    {"easier target than the rule's", [](Header& h) { h.bits = chain::bits_of_leading_zeros(1); }, RuleError::kBadBits},
    {"no target at all", [](Header& h) { h.bits = 0; }, RuleError::kBadBits},
    // The last 11 are 2 s to 12 s after genesis: their median is 7 s.
    {"time 1 ms above the median", [](Header& h) { h.time_ms = kGenesisMs + 7'001; }, {}},
    {"time at the median", [](Header& h) { h.time_ms = kGenesisMs + 7'000; }, RuleError::kTimeTooOld},
    {"time 0", [](Header& h) { h.time_ms = 0; }, RuleError::kTimeTooOld},
    {"time 60 s ahead of the clock", [](Header& h) { h.time_ms = kNowMs + 60'000; }, {}},
    {"time 60.001 s ahead", [](Header& h) { h.time_ms = kNowMs + 60'001; }, RuleError::kTimeTooFarAhead},
    {"time at the end of time", [](Header& h) { h.time_ms = UINT64_MAX; }, RuleError::kTimeTooFarAhead},
};

class Headers : public ::testing::Test {
 protected:
  Headers() {
    driver_.set_now(kNowMs);
    for (const auto& block : mine_chain(driver_.genesis(), 12)) {
      EXPECT_TRUE(driver_.add_header(block.header));
      parent_ = block.header;
    }
  }

  ChainDriver driver_{easy_spec()};
  Header parent_;
};

TEST_F(Headers, AreAcceptedOrRefusedWithTheRulesCode) {
  for (const HeaderCase& c : kCases) {
    SCOPED_TRACE(c.name);
    const auto block = mine_block(parent_, {}, c.change, 1);
    const auto verdict = driver_.add_header(block.header);
    if (!c.error) {
      ASSERT_TRUE(verdict) << verdict.error().message();
      EXPECT_EQ(*verdict, chain::ChainState::HeaderVerdict::kNew);
      continue;
    }
    ASSERT_FALSE(verdict);
    EXPECT_EQ(verdict.error().name(), chain::describe(*c.error).name);
    EXPECT_FALSE(driver_.chain().find(driver_.store(), chain::block_id(block.header)));
  }
}

TEST_F(Headers, HoldWithAnIdBelowTheTargetOnly) {
  auto header = mine_block(parent_).header;
  const auto target = *chain::target_of(header.bits);
  while (chain::meets_target(chain::block_id(header), target)) ++header.nonce;
  const auto verdict = driver_.add_header(header);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error(), RuleError::kInsufficientWork);
}

TEST_F(Headers, MayBeAheadByThreeIntervalsWhereThatIsMore) {
  auto spec = easy_spec();
  spec.block_interval = std::chrono::seconds(21);
  ChainDriver driver(spec);
  driver.set_now(kGenesisMs);
  const auto at = [&](std::uint64_t ms) {
    return driver.add_header(mine_block(driver.genesis(), {}, [&](Header& h) { h.time_ms = kGenesisMs + ms; }).header);
  };
  EXPECT_TRUE(at(63'000));
  EXPECT_EQ(at(63'001).error(), RuleError::kTimeTooFarAhead);
}

TEST_F(Headers, TooFarAheadHoldLater) {
  const auto header = mine_block(parent_, {}, [](Header& h) { h.time_ms = kNowMs + 60'001; }).header;
  EXPECT_FALSE(driver_.add_header(header));
  driver_.set_now(kNowMs + 1);
  EXPECT_TRUE(driver_.add_header(header));
}

TEST_F(Headers, KnownOnesAreSaidToBeKnown) {
  EXPECT_EQ(driver_.add_header(parent_).value(), chain::ChainState::HeaderVerdict::kKnown);
  EXPECT_EQ(driver_.add_header(driver_.genesis()).value(), chain::ChainState::HeaderVerdict::kKnown);
}

TEST_F(Headers, OnAnInvalidBlockAreRefused) {
  const auto bad = mine_block(parent_);
  const auto child = mine_block(bad.header);
  ASSERT_TRUE(driver_.add_header(bad.header));
  ASSERT_TRUE(driver_.add_header(child.header));
  store::Draft draft(driver_.store());
  driver_.chain().mark_invalid(chain::block_id(bad.header), draft);
  EXPECT_EQ(driver_.chain().find(draft, chain::block_id(child.header))->status, chain::BlockStatus::kInvalid);
  EXPECT_EQ(driver_.chain().best_header().id, chain::block_id(parent_));
  const WallTime now = from_unix_ms(kNowMs);
  const auto grandchild = mine_block(child.header).header;
  EXPECT_EQ(driver_.chain().add_header(grandchild, now, draft).error(), RuleError::kInvalidParent);
  EXPECT_EQ(driver_.chain().add_header(bad.header, now, draft).error(), RuleError::kInvalidParent);
}

TEST_F(Headers, MustHaveTheTargetThatTheirAncestorsDecideUnderLwma) {
  auto spec = easy_spec(6);
  spec.rule = chain::DifficultyRule::kLwma;
  ChainDriver driver(spec);
  Header parent = driver.genesis();
  bool moved = false;
  for (int i = 0; i < 80; ++i) {
    // Blocks come twice as fast as they should: the target falls, and only next_header's is accepted.
    const Header next =
        driver.chain().next_header(driver.store(), chain::transactions_root({}), from_unix_ms(parent.time_ms + 500));
    const auto block = mine_block(parent, {}, [&](Header& h) { h = next; });
    ASSERT_TRUE(driver.add(block)) << i;
    moved = moved || next.bits != spec.initial_bits;
    if (moved && next.bits != parent.bits) {
      const auto stale = mine_block(parent, {}, [&](Header& h) { h.time_ms = next.time_ms; });
      EXPECT_EQ(driver.add_header(stale.header).error(), RuleError::kBadBits);
    }
    parent = block.header;
    if (i % 7 == 0) driver.restart();
  }
  EXPECT_TRUE(moved);
  EXPECT_LT(*chain::target_of(parent.bits), *chain::target_of(spec.initial_bits));
}

}  // namespace
}  // namespace suara::testing
